"""The policy of the campaign: as wide as a policy can be, so that every guard has work to do."""

from __future__ import annotations

from tests.bed.browsers import EXES
from tests.canary.puppets import APPS, PYTHON

HEAD = """
version = 1
synthetic = "{synthetic}"
presence = "synthetic"
review_key = false
kinds = ["pointer", "keys", "text", "screen", "titles", "elements", "accessibility"]

[organisation]
name = "Acme"
address = "1 Road"
contact = "data@acme.example"
jurisdiction = "DE"

[purpose]
id = "train-computer-use"
text = "Teach programs to use computers."

[[recipients]]
name = "Research"
key = "{{key}}"
"""
LIMITS = """
[limits]
disk_floor_mb = 1
"""
BINARIES = {
    "shell": ("/usr/bin/xterm", "full"),
    "pad": ("/usr/bin/mousepad", "shape"),
    "feather": ("/usr/bin/featherpad", "shortcuts"),
}
SCRIPTS = ("gtk_desk", "qt_desk", "tk_desk")


SITES = """
[[sites]]
id = "work"
name = "Work"
host = "localhost"
scheme = "http"
port = {port}
keys = "full"
masked = [".private"]

[[sites]]
id = "mail"
name = "Mail"
host = "mail.localhost"
scheme = "http"
port = {port}
keys = "full"
category = "mail"
"""


def policy(synthetic: str, port: int) -> str:
    """Return the policy as TOML; ``{key}`` stands where the research key goes."""
    parts = [HEAD.format(synthetic=synthetic), *apps(), *browsers(), SITES.format(port=port)]
    return "".join(parts) + LIMITS


def browsers() -> list[str]:
    """Return the designated browsers as TOML."""
    return [app(kind, exe, "full") + f'browser = "{kind}"\n' for kind, exe in EXES.items()]


def apps() -> list[str]:
    """Return the designated apps as TOML."""
    plain = [app(name, exe, keys) for name, (exe, keys) in BINARIES.items()]
    scripts = [
        app(name.replace("_", "-"), PYTHON, "full") + f'script = "{APPS / name}.py"\n'
        for name in SCRIPTS
    ]
    return [*plain, *scripts]


def app(name: str, exe: str, keys: str) -> str:
    return f'\n[[apps]]\nid = "{name}"\nname = "{name}"\nexe = "{exe}"\nkeys = "{keys}"\n'
