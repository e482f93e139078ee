"""Sealing with age: the machine writes what it cannot read back.

X25519 recipients only; the files open with any age tool (``age -d -i KEY 00000000.seg``).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import pyrage

from nodreel.errors import EpisodeError, KeyMismatchError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SEALED: Final = 50 << 20  # bytes of one segment file
MAX_IDENTITY: Final = 1 << 16  # bytes of a file of keys
_HEAD: Final = 16 << 10  # an age header has one short stanza per recipient
_PREFIX: Final = "AGE-SECRET-KEY-1"


class Identity(Protocol):
    """A secret key; its text form is never shown by anything here."""

    def to_public(self) -> object:
        """Return the public half."""
        ...


class Seal:
    """Seals to a fixed set of recipients (``age1…``); raises StoreError when one is no such key."""

    def __init__(self, recipients: Sequence[str]) -> None:
        if not recipients:
            raise StoreError("No recipient: nobody could ever open what is recorded.")
        try:
            self._recipients = [pyrage.x25519.Recipient.from_str(r) for r in recipients]
        except pyrage.RecipientError as error:
            raise StoreError(
                f"A recipient is not an age X25519 key (age1…): {error}.",
                advice="Ask the researcher for the line that `nodreel keys show` prints.",
            ) from error

    def close(self, plaintext: bytes) -> bytes:
        """Return the plaintext as one complete age file."""
        sealed: bytes = pyrage.encrypt(plaintext, self._recipients)
        return sealed


def unseal(sealed: bytes, identities: Sequence[Identity]) -> bytes:
    """Return the plaintext; raises KeyMismatchError for a foreign key, EpisodeError for damage."""
    if not identities:
        raise KeyMismatchError("This is sealed, and no key was given to open it.")
    if len(sealed) > MAX_SEALED or b"\n---" not in sealed[:_HEAD]:
        raise EpisodeError("It is not an age file of a sensible size.")
    try:
        opened: bytes = pyrage.decrypt(sealed, list(identities))
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise KeyMismatchError("This is sealed to another key than the one given.") from error
        raise EpisodeError(f"It cannot be opened ({error}): damaged or cut short.") from error
    return opened


def read_identities(key: Path | str | None) -> tuple[Identity, ...]:
    """Return the keys of an identity file (as of age-keygen), or of ``AGE-SECRET-KEY-1…`` itself.

    None gives none: headers can be read, content cannot. Raises KeyMismatchError.
    """
    if key is None:
        return ()
    inline = isinstance(key, str) and key.startswith(_PREFIX)
    text = str(key) if inline else _read_text(Path(key))
    lines = (line.strip() for line in text.splitlines())
    keys = [line for line in lines if line and not line.startswith("#")]
    try:
        found = tuple(pyrage.x25519.Identity.from_str(line) for line in keys)
    except pyrage.IdentityError as error:
        raise KeyMismatchError(f"No age secret key: {'the text' if inline else key}.") from error
    if not found:
        raise KeyMismatchError(f"There is no age secret key in {key}.")
    return found


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_IDENTITY).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyMismatchError(f"Cannot read the key file {path}: {error}.") from error


def recipient_of(identity: Identity) -> str:
    """Return the public half (``age1…``), which may be given to anybody."""
    return str(identity.to_public())


def new_identity(path: Path) -> str:
    """Write a new key pair to ``path`` (0600, never over a file) and return its public half."""
    identity = pyrage.x25519.Identity.generate()
    public = recipient_of(identity)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w") as file:
            file.write(f"# public key: {public}\n{identity}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise StoreError(
            f"{path} is already there; a key is never written over.",
            advice="Choose another name: what was sealed to the old key needs the old key.",
        ) from error
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise StoreError(f"Cannot write the key to {path}: {error.strerror}.") from error
    return public
