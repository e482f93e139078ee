"""What a policy can say, and nothing else: no key here gives consent or starts a recording.

Everything is frozen, bounded and refuses unknown keys. What each field means for the person
stands in ``config/policy.example.toml``; which change of it is a widening in ``order.py``.
"""

from __future__ import annotations

import hashlib
import posixpath
from enum import StrEnum
from typing import Annotated, Literal, Self

import pyrage
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from nodreel.events import Kind
from nodreel.policy.canonical import canonical
from nodreel.policy.interpreters import is_interpreter

MOST_NOT_PURPOSES = 32
_LONGEST_PATH = 1024


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must not contain line breaks or invisible characters")
    if text != text.strip():
        raise ValueError("must not begin or end with a space")
    return text


def _absolute(path: str) -> str:
    _plain(path)
    if not path.startswith("/"):
        raise ValueError("must be an absolute path, beginning with /")
    if path.startswith("//") or posixpath.normpath(path) != path or path == "/":
        raise ValueError("must name a file directly, without `..`, `.`, `//` or a slash at its end")
    return path


def _age_key(key: str) -> str:
    try:
        pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError as error:
        raise ValueError(
            "is not an age public key (age1...); a mistyped one would seal for nobody"
        ) from error
    return key


# In pydantic's regular expressions `$` is the very end, not also before a last line break.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_plain)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_plain)]
FilePath = Annotated[
    str, StringConstraints(min_length=2, max_length=_LONGEST_PATH), AfterValidator(_absolute)
]
AgeKey = Annotated[
    str, StringConstraints(pattern=r"^age1[02-9ac-hj-np-z]{58}$"), AfterValidator(_age_key)
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Presence(StrEnum):
    """How it was proved that a person was there when the yes was given, weakest first."""

    SYNTHETIC = "synthetic"
    PHYSICAL = "physical"
    REAUTHENTICATED = "reauthenticated"

    def proves(self, wanted: Presence) -> bool:
        """Whether this proof is at least as strong as ``wanted``."""
        order = tuple(Presence)
        return order.index(self) >= order.index(wanted)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Organisation(_Frozen):
    """Who is responsible for the recordings, and where the person can turn to."""

    name: Line
    address: Line
    contact: Line
    jurisdiction: Line
    authority: Line | None = None
    works_agreement_ref: Line | None = None


class Purpose(_Frozen):
    """The one purpose, and what the recordings must never be used for."""

    id: Slug
    text: Prose
    not_purposes: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=MOST_NOT_PURPOSES)] = (
        "performance-evaluation",
        "discipline",
        "attendance",
        "any-other",
    )


class Recipient(_Frozen):
    """Who can open the recordings: the holder of the private half of ``key``."""

    name: Line
    key: AgeKey


class DesignatedApp(_Frozen):
    """An app whose use may be recorded, known by the file it runs and never by its title."""

    id: Slug
    name: Line
    exe: FilePath
    script: FilePath | None = None
    sha256: Sha256 | None = None
    keys: Literal["shape", "full"] = "shape"

    @model_validator(mode="after")
    def _an_interpreter_is_no_app(self) -> Self:
        if self.script is None and is_interpreter(self.exe):
            raise ValueError(
                f"{self.exe} runs any program, so it designates none; add `script`,"
                " the absolute path of the program it runs"
            )
        return self


class Limits(_Frozen):
    """How much, how long, how often."""

    max_fps: Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)] = 10.0
    hold_back_s: Annotated[float, Field(ge=0.5, le=10, allow_inf_nan=False)] = 2.0
    undo_hours: Annotated[int, Field(ge=0, le=720)] = 24
    device_days: Annotated[int, Field(ge=1, le=365)] = 14
    server_days: Annotated[int, Field(ge=0, le=3650)] = 365
    quota_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 2048
    disk_floor_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 512
    validity_days: Annotated[int, Field(ge=1, le=365)] = 180
    seal_s: Annotated[float, Field(ge=0.5, le=10, allow_inf_nan=False)] = 3.0
    episode_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    episode_mb: Annotated[int, Field(ge=1, le=1024)] = 64


class Policy(_Frozen):
    """What may be recorded once the person agrees; narrowed without asking, never widened."""

    version: Annotated[int, Field(ge=1, le=1_000_000)]
    organisation: Organisation
    purpose: Purpose
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1, max_length=16)]
    apps: Annotated[tuple[DesignatedApp, ...], Field(min_length=1, max_length=256)]
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1, max_length=len(Kind))] = tuple(Kind)
    synthetic: Literal["drop", "keep"] = "drop"
    presence: Presence = Presence.PHYSICAL
    suspended: bool = False
    limits: Limits = Limits()
    review_key: bool = True

    @field_validator("kinds")
    @classmethod
    def _kinds_once(cls, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
        _refuse_twins("kind", list(kinds))
        return kinds

    @field_validator("recipients")
    @classmethod
    def _keys_once(cls, recipients: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        _refuse_twins("key", [r.key for r in recipients])
        return recipients

    @field_validator("apps")
    @classmethod
    def _apps_once(cls, apps: tuple[DesignatedApp, ...]) -> tuple[DesignatedApp, ...]:
        _refuse_twins("id", [a.id for a in apps])
        _refuse_twins("program", [f"{a.exe} {a.script or ''}".strip() for a in apps])
        return apps

    @property
    def sha256(self) -> str:
        """Hex digest over the canonical JSON of every field, defaults included."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()


def _refuse_twins(what: str, values: list[str]) -> None:
    twins = {value for value in values if values.count(value) > 1}
    if twins:
        raise ValueError(f"{what} {min(twins)} is there twice")


def schema() -> dict[str, object]:
    """Return the JSON Schema of a complete policy, as in ``config/policy.schema.json``."""
    found: dict[str, object] = Policy.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
