"""Policies for tests: a complete one to vary, and strategies that make many."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from nodreel.events import Kind
from nodreel.policy import (
    DesignatedApp,
    DesignatedSite,
    Limits,
    Organisation,
    Policy,
    Presence,
    Purpose,
    Recipient,
    SecretPattern,
    Upload,
)

KEYS = (
    "age15ga64cnujed6ae29fz56fs3l8924r6xn38g03c22j2zweg5hzvss57lndr",
    "age17d3e68cruav4sn0wvqdkx0jfnh5tetcnjapte7ccapjtd9vlffesgqyxud",
)
MOUSEPAD = DesignatedApp(id="mousepad", name="Mousepad", exe="/usr/bin/mousepad", keys="full")
CHROMIUM = DesignatedApp(
    id="chromium",
    name="Chromium",
    exe="/usr/lib/chromium/chromium",
    keys="full",
    browser="chromium",
)
WIKI = DesignatedSite(
    id="wiki", name="Team wiki", host="wiki.example.org", keys="full", masked=(".salary",)
)
STAFF = SecretPattern(name="staff number", pattern="EMP-[0-9]{6}")
ORGANISATION = Organisation(
    name="Example e.V.", address="Street 1", contact="privacy@example.org", jurisdiction="DE"
)
PURPOSE = Purpose(id="train", text="Train programs that help with routine work.")
RESEARCH = Recipient(name="Research", key=KEYS[0])
UPLOAD = Upload(
    to="s3://recordings/ui", endpoint="https://objects.example.org", inbox_key="ab" * 32
)

TOML = f"""\
version = 3
kinds = ["pointer", "keys", "screen"]

[organisation]
name = "Example e.V."
address = "Street 1"
contact = "privacy@example.org"
jurisdiction = "DE"

[purpose]
id = "train"
text = "Train programs that help with routine work."

[[recipients]]
name = "Research"
key = "{KEYS[0]}"

[[apps]]
id = "mousepad"
name = "Mousepad"
exe = "/usr/bin/mousepad"
keys = "full"

[[apps]]
id = "chromium"
name = "Chromium"
exe = "/usr/lib/chromium/chromium"
browser = "chromium"
keys = "full"

[[sites]]
id = "wiki"
name = "Team wiki"
host = "wiki.example.org"
keys = "full"
masked = [".salary"]

[[secrets]]
name = "staff number"
pattern = "EMP-[0-9]{{6}}"

[limits]
device_days = 14
"""


def policy(**changes: Any) -> Policy:
    """A complete policy, synthetic presence allowed, with ``changes`` to its fields."""
    fields: dict[str, Any] = {
        "version": 3,
        "organisation": ORGANISATION,
        "purpose": PURPOSE,
        "recipients": (RESEARCH,),
        "apps": (MOUSEPAD, CHROMIUM),
        "sites": (WIKI,),
        "secrets": (STAFF,),
        "kinds": tuple(Kind),
        "presence": Presence.SYNTHETIC,
    }
    return Policy(**(fields | changes))


def limits(**changes: Any) -> Limits:
    return Limits(**changes)


def _some(*values: object) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, unique=True).map(tuple)


def _apps() -> st.SearchStrategy[tuple[DesignatedApp, ...]]:
    one = st.builds(
        DesignatedApp,
        id=st.sampled_from(["a", "b", "c"]),
        name=st.sampled_from(["App", "Other name"]),
        exe=st.sampled_from(["/usr/bin/a", "/usr/bin/b", "/usr/bin/c"]),
        script=st.sampled_from([None, "/usr/share/a.py"]),
        sha256=st.sampled_from([None, "a" * 64, "b" * 64]),
        keys=st.sampled_from(["shortcuts", "shape", "full"]),
        browser=st.sampled_from([None, "chromium"]),
        category=st.sampled_from([None, "mail"]),
    )
    return st.lists(
        one, min_size=1, max_size=3, unique_by=(lambda x: x.id, lambda x: (x.exe, x.script))
    ).map(tuple)


def _sites() -> st.SearchStrategy[tuple[DesignatedSite, ...]]:
    one = st.builds(
        DesignatedSite,
        id=st.sampled_from(["a", "b", "c"]),
        name=st.just("Site"),
        host=st.sampled_from(["a.example.org", "b.example.org", "*.example.com"]),
        port=st.sampled_from([None, 8443]),
        path=st.sampled_from(["/", "/team"]),
        keys=st.sampled_from(["shortcuts", "shape", "full"]),
        category=st.sampled_from([None, "chat"]),
        masked=st.sampled_from([(), (".a",), (".a", ".b"), (".c",)]),
    )
    return st.lists(one, max_size=2, unique_by=(lambda x: x.id, lambda x: x.host)).map(tuple)


def _uploads() -> st.SearchStrategy[Upload | None]:
    few = st.sampled_from
    return st.none() | st.builds(
        Upload,
        to=few(["s3://a", "s3://b"]),
        ca=few([None, "/etc/ca.pem"]),
        inbox_key=st.just("ab" * 32),
        max_kib_s=few([16, 512]),
        battery=st.booleans(),
        automatic=st.booleans(),
        quiet_hours=few([(), ("09:00-17:00",), ("12:00-13:00", "09:00-17:00")]),
    )


def policies() -> st.SearchStrategy[Policy]:
    """Policies that differ in every field but are often comparable."""
    few = st.sampled_from
    return st.builds(
        Policy,
        version=few([1, 2]),
        organisation=st.builds(
            Organisation,
            name=few(["Example", "Another"]),
            address=st.just("Street 1"),
            contact=st.just("c"),
            jurisdiction=st.just("DE"),
            authority=few([None, "Office"]),
            works_agreement_ref=st.none(),
        ),
        purpose=st.builds(
            Purpose,
            id=st.just("train"),
            text=few(["Train.", "Train more."]),
            not_purposes=_some("discipline", "attendance", "any-other"),
        ),
        recipients=_some(RESEARCH, Recipient(name="Other", key=KEYS[1])),
        apps=_apps(),
        sites=_sites(),
        upload=_uploads(),
        secrets=st.sampled_from([(), (STAFF,), (STAFF, SecretPattern(name="x", pattern="x+"))]),
        kinds=_some(*Kind),
        synthetic=few(["drop", "keep"]),
        presence=few(list(Presence)),
        suspended=st.booleans(),
        revoked_before=few([None, "2026-11-01T00:00:00Z", "2026-11-28T00:00:00Z"]),
        review_key=st.booleans(),
        limits=st.builds(
            Limits,
            max_fps=few([5.0, 10.0]),
            hold_back_s=few([1.0, 2.0]),
            undo_hours=few([12, 24]),
            device_days=few([7, 14]),
            server_days=few([30, 365]),
            quota_mb=few([1024, 2048]),
            disk_floor_mb=few([256, 512]),
            validity_days=few([90, 180]),
            seal_s=few([1.0, 3.0]),
            episode_minutes=few([5, 15]),
            episode_mb=few([32, 64]),
        ),
    )
