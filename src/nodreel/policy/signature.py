"""Signatures of managed policies, where a key for them was pinned; the format is minisign's.

``/etc/nodreel/policy.pub`` (root's) is the key. While it is there, each managed file counts only
with ``NAME.toml.minisig`` beside it. Whoever is root can take the key away again; what it guards
against is a file that came by the way policies come, but not from who writes them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nodreel.errors import PolicyError, StoreError
from nodreel.host.owned import read_owned

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths

SUFFIX: Final = ".minisig"
KEY_NAME: Final = "policy.pub"
LARGEST: Final = 4096  # bytes of a key or signature file
_ALGORITHM, _PREHASHED = b"Ed", b"ED"
_ID, _SIGNATURE, _KEY = 8, 64, 32
_TRUSTED: Final = "trusted comment: "
_ROOT = 0


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """A minisign public key; ``id`` is what ``minisign`` prints of it."""

    id: str
    key: Ed25519PublicKey

    def check(self, path: Path, data: bytes, signature: str) -> None:
        """Raise PolicyError unless ``signature`` is this key's for ``data``, comment included."""
        try:
            number, signed, comment, over_comment = _parts(signature)
            if number != self.id:
                raise _refused(path, f"the signature is by key {number}, not {self.id}")
            self.key.verify(signed, hashlib.blake2b(data).digest())
            self.key.verify(over_comment, signed + comment)
        except InvalidSignature as error:
            raise _refused(path, "the signature is for something else") from error
        except (ValueError, binascii.Error) as error:
            raise _refused(path, f"its signature cannot be read: {error}") from error


def key_path(paths: Paths) -> Path:
    """Return where the key is pinned."""
    return paths.managed.parent / KEY_NAME


def pinned_key(paths: Paths, owner: int = _ROOT) -> PolicyKey | None:
    """Return the key that was pinned, None if none was; PolicyError when it cannot be believed."""
    path = key_path(paths)
    try:
        text = _owned(path, owner)
    except FileNotFoundError:
        return None
    try:
        return _key(text)
    except ValueError as error:
        raise PolicyError(
            f"{path}: {error}.", advice="Put the file there that `minisign -G -p policy.pub` wrote."
        ) from error


def check_signed(key: PolicyKey, path: Path, data: bytes, owner: int = _ROOT) -> None:
    """Raise PolicyError unless the managed file at ``path``, which holds ``data``, is signed."""
    try:
        signature = _owned(path.with_name(path.name + SUFFIX), owner)
    except FileNotFoundError as error:
        raise _refused(path, "it has no signature") from error
    key.check(path, data, signature)


def _owned(path: Path, owner: int) -> str:
    try:
        data = read_owned(path, limit=LARGEST, owners={owner}, folders={owner, _ROOT})
        return data.decode("utf-8")
    except (StoreError, UnicodeDecodeError) as error:
        raise PolicyError(
            f"What vouches for managed policies cannot be trusted: {path}: {error}",
            advice=f"Your administrator must make it root's own: chown root: {path} && chmod 644"
            f" {path}",
        ) from error


def _key(text: str) -> PolicyKey:
    """Return the key of a file such as minisign writes; ValueError when it is none."""
    raw = base64.b64decode([*text.splitlines(), ""][:2][-1], validate=True)
    if len(raw) != len(_ALGORITHM) + _ID + _KEY or not raw.startswith(_ALGORITHM):
        raise ValueError("it is no minisign public key")
    return PolicyKey(_key_id(raw), Ed25519PublicKey.from_public_bytes(raw[-_KEY:]))


def _parts(text: str) -> tuple[str, bytes, bytes, bytes]:
    """Return the key's id, the signature, the trusted comment and the signature over both."""
    _, first, comment, second = text.splitlines()
    raw = base64.b64decode(first, validate=True)
    over_comment = base64.b64decode(second, validate=True)
    if not raw.startswith(_PREHASHED) or len(raw) != len(_PREHASHED) + _ID + _SIGNATURE:
        raise ValueError("it is none of `minisign -S` (and -l is not accepted)")
    if not comment.startswith(_TRUSTED):
        raise ValueError("it has no trusted comment")
    told = comment.removeprefix(_TRUSTED).encode()
    return _key_id(raw), raw[len(_PREHASHED) + _ID :], told, over_comment


def _key_id(raw: bytes) -> str:
    return raw[2 : 2 + _ID][::-1].hex().upper()


def _refused(path: Path, why: str) -> PolicyError:
    return PolicyError(
        f"{path} does not count: {why}.",
        advice=f"Whoever writes policies signs it: minisign -S -s KEY -m {path.name}; put"
        f" {path.name}{SUFFIX} beside it.",
    )
