"""A tombstone: the person's signed word that what was sent under a consent has to go, everywhere.

It is one small object, canonical JSON, that lies beside what was sent. Whoever holds the recordings
can check it without any secret: it is signed by the key of the consent, which signed each episode's
headers, too. Deleting what it names, and leaving it out of whatever is made of it, may be repeated
for ever. It says neither who, nor why, nor when.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nodreel.consent.ids import PATTERN
from nodreel.errors import EpisodeError
from nodreel.policy import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

SUFFIX: Final = ".tombstone"
LARGEST: Final = 1 << 20  # bytes of one tombstone
MOST_EPISODES: Final = 20_000  # in one; more take a second, or the whole consent
_DOMAIN: Final = b"nodreel/tombstone/1\n"  # no signature of ours can be taken for another

Id = Annotated[str, Field(pattern=f"^{PATTERN}$")]


class Tombstone(BaseModel):
    """``episodes`` are those that have to go; none named: all that was sent under ``consent``."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    v: Literal[1] = 1
    kind: Literal["tombstone"] = "tombstone"
    consent: Annotated[str, Field(min_length=1, max_length=64)]
    episodes: Annotated[tuple[Id, ...], Field(max_length=MOST_EPISODES)] = ()
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    sig: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]

    @property
    def name(self) -> str:
        """What the object is called: random to look at, and the same however often it is sent."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()[:32] + SUFFIX

    def covers(self, consent: str, public_key: str, episode: str) -> bool:
        """Whether an episode has to go; the first two stand in its first header."""
        ours = (self.consent, self.public_key) == (consent, public_key)
        return ours and (not self.episodes or episode in self.episodes)

    def disputes(self, consent: str, public_key: str) -> bool:
        """Whether another key speaks here for the same consent: one of the two is not genuine."""
        return self.consent == consent and self.public_key != public_key


def make_tombstone(
    consent: str, public_key: bytes, sign: Callable[[bytes], bytes],
    episodes: Collection[str] = (),
) -> tuple[str, bytes]:  # fmt: skip
    """Return a tombstone's name and bytes, signed by ``sign`` (that of the Grant, Ed25519)."""
    said: dict[str, object] = {
        "v": 1, "kind": "tombstone", "consent": consent, "episodes": sorted(episodes),
        "public_key": public_key.hex(),
    }  # fmt: skip
    data = canonical(said | {"sig": sign(_DOMAIN + canonical(said)).hex()})
    return read_tombstone(data).name, data


def read_tombstone(data: bytes) -> Tombstone:
    """Return what a tombstone says; EpisodeError unless the key that it names has signed it."""
    if len(data) > LARGEST:
        raise EpisodeError("This is too big to be a tombstone.", advice=_ADVICE)
    try:
        found = Tombstone.model_validate_json(data)
        said = found.model_dump(mode="json")
        if canonical(said) != data:
            raise EpisodeError("The tombstone is not spelled as it was signed.", advice=_ADVICE)
        signature = bytes.fromhex(said.pop("sig"))
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(found.public_key))
        key.verify(signature, _DOMAIN + canonical(said))
    except ValidationError as error:
        raise EpisodeError("This is no tombstone of version 1.", advice=_ADVICE) from error
    except (InvalidSignature, ValueError, RecursionError) as error:
        raise EpisodeError("The tombstone is not signed by its key.", advice=_ADVICE) from error
    return found


_ADVICE = "Until it is known what it meant, use nothing of the consent that it may be about."
