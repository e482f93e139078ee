"""The chain of an episode: signed plaintext headers, one JSON line each, in ``chain.jsonl``.

What always holds:
- A line counts once it is durable, here or in the file of its segment (see ``segments``).
- Lines are only ever added. The first is ``start``; then one per segment, in order of ``seq``; then
  ``end`` or ``recovered``; after that only ``edited``, each naming segments that were deleted.
- Each line carries the SHA-256 of the line before it and an Ed25519 signature of its canonical JSON
  (sorted keys, no spaces, UTF-8, no floats) by the key that ``start`` names.
- The headers say nothing of what was done: sizes, hashes, offsets in nanoseconds, the month.
A segment that is missing is damage, unless an ``edited`` line says that it was deleted.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from nodreel.episode.format import MAX_OFFSET
from nodreel.errors import EpisodeError

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION: Final = 2  # 1: each segment in a file of its own
CHAIN: Final = "chain.jsonl"
MAX_LINE: Final = 1 << 16
MAX_CHAIN: Final = 32 << 20
FIRST: Final = "0" * 64  # what the first line follows
_DOMAIN: Final = b"nodreel/episode-header/1\n"  # no signature of ours can be taken for another

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Seq = Annotated[int, Field(ge=0, le=99_999_999)]
Offset = Annotated[int, Field(ge=0, le=MAX_OFFSET)]
Id = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]


class _Line(BaseModel):
    """What every line says."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    v: Literal[1, 2] = VERSION
    episode: Id
    seq: Seq
    prev: Hash
    sig: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class StartHeader(_Line):
    """First line: under which consent, for what, by which key; the date only as a month."""

    kind: Literal["start"] = "start"
    consent: Annotated[str, Field(max_length=64)]
    policy: Hash
    purpose: Annotated[str, Field(max_length=256)]
    apps: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=256)]
    month: Annotated[str, Field(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$")]
    public_key: Hash


class SegmentHeader(_Line):
    """One segment: hash and size of its age file, the offsets of its first and last moment.

    ``file`` and ``at``: where its record begins, see ``segments``; None for a file of its own.
    """

    kind: Literal["events", "key"]
    consent: Annotated[str, Field(max_length=64)]
    policy: Hash
    sha256: Hash
    size: Annotated[int, Field(ge=1, le=1 << 40)]
    first: Offset
    last: Offset
    file: Seq | None = None
    at: Annotated[int, Field(ge=0, le=1 << 40)] = 0


class LastHeader(_Line):
    """The episode is whole (``end``), or was cut by a crash and closed later (``recovered``)."""

    kind: Literal["end", "recovered"]


class EditedHeader(_Line):
    """The person deleted segments: ``removed`` are their numbers as [first, last] pairs."""

    kind: Literal["edited"] = "edited"
    removed: Annotated[
        list[Annotated[list[Seq], Field(min_length=2, max_length=2)]],
        Field(min_length=1, max_length=4096),
    ]


Header = StartHeader | SegmentHeader | LastHeader | EditedHeader
_READ: Final[TypeAdapter[Header]] = TypeAdapter(Annotated[Header, Field(discriminator="kind")])


def canonical(values: dict[str, object]) -> bytes:
    """Return JSON with one spelling: sorted keys, no spaces, UTF-8; raises ValueError on floats."""
    if any(isinstance(value, float) for value in values.values()):
        raise ValueError("a header holds no fractions")
    return json.dumps(
        values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def line_hash(line: bytes) -> str:
    """Return what the next line calls ``prev``."""
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def sign_line(values: dict[str, object], prev: str, sign: Callable[[bytes], bytes]) -> bytes:
    """Return a header as a signed line that follows the line of hash ``prev``."""
    unsigned = values | {"v": VERSION, "prev": prev}
    signature = sign(_DOMAIN + canonical(unsigned)).hex()
    return canonical(unsigned | {"sig": signature}) + b"\n"


def parse(line: bytes) -> Header:
    """Return the header of one line; raises EpisodeError. The signature is not looked at."""
    if len(line) > MAX_LINE:
        raise EpisodeError(f"is longer than {MAX_LINE} bytes")
    try:
        return _READ.validate_python(json.loads(line))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part)[:64] for part in found["loc"])
        raise EpisodeError(
            f"is not a header of version 1 or 2 ({place}: {found['msg']})"
        ) from error
    except (ValueError, RecursionError) as error:
        raise EpisodeError("is not JSON, or was cut short") from error


def check_signature(line: bytes, public_key: str) -> None:
    """Insist that the holder of ``public_key`` (hex) signed this very line; raises EpisodeError."""
    try:
        values = json.loads(line)
        if canonical(values) != line.rstrip(b"\n"):
            raise EpisodeError("is not spelled as it was signed")
        signature = bytes.fromhex(values.pop("sig"))
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(signature, _DOMAIN + canonical(values))
    except (InvalidSignature, ValueError, RecursionError, KeyError, AttributeError) as error:
        raise EpisodeError("is not signed by the key of this episode") from error
