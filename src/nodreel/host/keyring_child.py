"""``python -m nodreel.host.keyring_child VERB``: the only code that talks to a keyring.

VERB is store, get, delete or try; with -upload after one of the first three it is about what lets
the uploader in, else about the review key.
Only keyrings that encrypt at rest are used, whatever the person's keyring configuration names.
Exit code 0: done (``get`` prints the key, or nothing when there is none), 1: no usable keyring.
"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import keyring.backend
import keyring.errors

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "nodreel"
ENTRY = "review key"
UPLOAD = "upload credentials"
_SEALED = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)


def main(verb: str) -> int:
    """Do one thing with one entry and return the exit code."""
    ring = _usable()
    if ring is None:
        return 1
    try:
        _do(ring, verb)
    except keyring.errors.KeyringError:
        return 1
    return 0


def _do(ring: KeyringBackend, verb: str) -> None:
    entry = UPLOAD if verb.endswith("-upload") else ENTRY
    match verb.removesuffix("-upload"):
        case "store":
            ring.set_password(SERVICE, entry, sys.stdin.read())
        case "get":
            sys.stdout.write(ring.get_password(SERVICE, entry) or "")
        case "delete":
            if ring.get_password(SERVICE, entry) is not None:
                ring.delete_password(SERVICE, entry)
        case "try":
            pass
        case _:
            raise SystemExit(2)


def _usable() -> KeyringBackend | None:
    """Return the best keyring that is there, encrypts, and would not ask the person anything."""
    rings = [
        ring
        for ring in keyring.backend.get_all_keyring()
        if type(ring).__module__ in _SEALED and ring.priority > 0
    ]
    best = max(rings, key=lambda ring: ring.priority, default=None)
    if best is None or (type(best).__module__ == _SEALED[0] and _would_ask()):
        return None
    return best


def _would_ask() -> bool:
    """Whether the Secret Service has no default collection or a locked one: both open a dialog."""
    import secretstorage  # noqa: PLC0415  only where that service is

    alias = "/org/freedesktop/secrets/aliases/default"
    with closing(secretstorage.dbus_init()) as bus:
        try:
            return bool(secretstorage.Collection(bus, alias).is_locked())
        except secretstorage.exceptions.SecretStorageException:
            return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
