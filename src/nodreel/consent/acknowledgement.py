"""The answer to a tombstone: nothing of what it covers is left, says whoever keeps what was sent.

It is one small object of canonical JSON, signed with the key of the inbox, which stands in the
policy that the person agreed to. It proves who said so; whether it is true, no signature can prove.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nodreel.errors import EpisodeError
from nodreel.policy import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST: Final = 4096  # bytes
_DOMAIN: Final = b"nodreel/acknowledgement/1\n"  # no signature can be taken for another


class Acknowledgement(BaseModel):
    """``tombstone`` is the name of the one that is answered; ``objects`` how many went for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    v: Literal[1] = 1
    kind: Literal["acknowledgement"] = "acknowledgement"
    tombstone: Annotated[str, Field(pattern=r"^[0-9a-f]{32}\.tombstone$")]
    objects: Annotated[int, Field(ge=0, le=1_000_000_000)]
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    sig: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


def acknowledge(
    tombstone: str, objects: int, public_key: bytes, sign: Callable[[bytes], bytes]
) -> bytes:
    """Return a signed acknowledgement of the tombstone of that name."""
    said: dict[str, object] = {
        "v": 1, "kind": "acknowledgement", "tombstone": tombstone, "objects": objects,
        "public_key": public_key.hex(),
    }  # fmt: skip
    return canonical(said | {"sig": sign(_DOMAIN + canonical(said)).hex()})


def read_acknowledgement(data: bytes, *, tombstone: str, public_key: str) -> Acknowledgement:
    """Return it if the holder of ``public_key`` (hex) answers that very tombstone; EpisodeError."""
    try:
        found = Acknowledgement.model_validate_json(data[: LARGEST + 1])
        said = found.model_dump(mode="json")
        is_ours = canonical(said) == data
        signature = bytes.fromhex(said.pop("sig"))
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(signature, _DOMAIN + canonical(said))
    except (ValidationError, ValueError, RecursionError) as error:
        raise EpisodeError("This is no acknowledgement of version 1.", advice=_ADVICE) from error
    except InvalidSignature as error:
        raise EpisodeError(
            "The acknowledgement is not signed by the key that your terms name.", advice=_ADVICE
        ) from error
    if not is_ours or (found.tombstone, found.public_key) != (tombstone, public_key):
        raise EpisodeError("The acknowledgement answers something else.", advice=_ADVICE)
    return found


_ADVICE = "The request stays open and is sent again; ask whoever is responsible for the recordings."
