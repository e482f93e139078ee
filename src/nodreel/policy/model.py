"""What a policy can say, and nothing else: no key here gives consent or starts a recording.

Everything is frozen, bounded and refuses unknown keys. What each field means for the person
stands in ``config/policy.example.toml``; which change of it is a widening in ``order.py``.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import pyrage
from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    field_validator,
    model_serializer,
)

from nodreel.events import Kind
from nodreel.policy.apps import Category, DesignatedApp
from nodreel.policy.canonical import canonical
from nodreel.policy.patterns import MOST_PATTERNS, SecretPattern
from nodreel.policy.sites import DesignatedSite
from nodreel.policy.upload import Upload
from nodreel.policy.words import Line, Moment, Part, Prose, Refused, Slug, refuse_twins

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_NOT_PURPOSES = 32
# What is asked for unless a policy names its kinds; the others concern bystanders, text, or the
# desktop as a whole, and a policy has to want them in so many words.
USUAL_KINDS: Final = (Kind.POINTER, Kind.KEYS, Kind.SCREEN, Kind.TITLES, Kind.ELEMENTS)


def _age_key(key: str) -> str:
    try:
        pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError as error:
        raise ValueError(
            "is not an age public key (age1...); a mistyped one would seal for nobody"
        ) from error
    return key


AgeKey = Annotated[
    str, StringConstraints(pattern=r"^age1[02-9ac-hj-np-z]{58}$"), AfterValidator(_age_key)
]


class Presence(StrEnum):
    """How it was proved that a person was there when the yes was given, weakest first."""

    SYNTHETIC = "synthetic"
    PHYSICAL = "physical"
    REAUTHENTICATED = "reauthenticated"

    def proves(self, wanted: Presence) -> bool:
        """Whether this proof is at least as strong as ``wanted``."""
        order = tuple(Presence)
        return order.index(self) >= order.index(wanted)


class Organisation(Part):
    """Who is responsible for the recordings, and where the person can turn to."""

    name: Line
    address: Line
    contact: Line
    jurisdiction: Line
    authority: Line | None = None
    works_agreement_ref: Line | None = None


class Purpose(Part):
    """The one purpose, and what the recordings must never be used for."""

    id: Slug
    text: Prose
    not_purposes: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=MOST_NOT_PURPOSES)] = (
        "performance-evaluation",
        "discipline",
        "attendance",
        "any-other",
    )


class Recipient(Part):
    """Who can open the recordings: the holder of the private half of ``key``."""

    name: Line
    key: AgeKey


class Limits(Part):
    """How much, how long, how often."""

    max_fps: Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)] = 10.0
    hold_back_s: Annotated[float, Field(ge=1, le=10, allow_inf_nan=False)] = 2.0
    undo_hours: Annotated[int, Field(ge=0, le=720)] = 24
    device_days: Annotated[int, Field(ge=1, le=365)] = 14
    server_days: Annotated[int, Field(ge=0, le=3650)] = 365
    quota_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 2048
    disk_floor_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 512
    validity_days: Annotated[int, Field(ge=1, le=365)] = 180
    seal_s: Annotated[float, Field(ge=0.5, le=10, allow_inf_nan=False)] = 3.0
    episode_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    episode_mb: Annotated[int, Field(ge=1, le=1024)] = 64


class Policy(Part):
    """What may be recorded once the person agrees; narrowed without asking, never widened.

    ``revoked_before``: each consent given before that moment ends at once, and all that was
    recorded until then is deleted, here and where it was sent. One that is given later stands.
    """

    version: Annotated[int, Field(ge=1, le=1_000_000)]
    organisation: Organisation
    purpose: Purpose
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1, max_length=16)]
    apps: Annotated[tuple[DesignatedApp, ...], Field(min_length=1, max_length=256)]
    sites: Annotated[tuple[DesignatedSite, ...], Field(max_length=256)] = ()
    secrets: Annotated[tuple[SecretPattern, ...], Field(max_length=MOST_PATTERNS)] = ()
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1, max_length=len(Kind))] = USUAL_KINDS
    synthetic: Literal["drop", "keep"] = "drop"
    presence: Presence = Presence.PHYSICAL
    suspended: bool = False
    revoked_before: Moment | None = None
    limits: Limits = Limits()
    review_key: bool = True
    upload: Upload | None = None

    @model_serializer(mode="wrap")
    def _spelt_as_before(self, spell: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not there: a consent from before there was such a field stays as is."""
        said: dict[str, Any] = spell(self)
        for name in ("upload", "revoked_before"):
            if getattr(self, name) is None:
                said.pop(name, None)
        return said

    @field_validator("kinds")
    @classmethod
    def _kinds_once(cls, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
        refuse_twins("kind", list(kinds))
        return kinds

    @field_validator("recipients")
    @classmethod
    def _keys_once(cls, recipients: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        refuse_twins("key", [r.key for r in recipients])
        return recipients

    @field_validator("apps")
    @classmethod
    def _apps_once(cls, apps: tuple[DesignatedApp, ...]) -> tuple[DesignatedApp, ...]:
        refuse_twins("id", [a.id for a in apps])
        refuse_twins("program", [f"{a.exe} {a.script or ''}".strip() for a in apps])
        return apps

    @field_validator("sites")
    @classmethod
    def _sites_once(cls, sites: tuple[DesignatedSite, ...]) -> tuple[DesignatedSite, ...]:
        refuse_twins("id", [s.id for s in sites])
        for number, site in enumerate(sites):
            twin = next((s for s in sites[:number] if site.overlaps(s)), None)
            if twin is not None:
                raise Refused(
                    f"{site.id} and {twin.id} have pages in common",
                    "Make hosts or paths of the sites such that each page belongs to one only.",
                )
        return sites

    @field_validator("secrets")
    @classmethod
    def _secrets_once(cls, secrets: tuple[SecretPattern, ...]) -> tuple[SecretPattern, ...]:
        refuse_twins("pattern", [f"{s.name}: {s.pattern}" for s in secrets])
        return secrets

    def agreed_apps(self, kinds: Collection[Kind]) -> tuple[DesignatedApp, ...]:
        """Return the apps that may be recorded if ``kinds`` were ticked: mail only with mail."""
        return tuple(app for app in self.apps if self._is_agreed(app.category, kinds))

    def agreed_sites(self, kinds: Collection[Kind]) -> tuple[DesignatedSite, ...]:
        """Return the sites that may be recorded if ``kinds`` were ticked: chat only with chat."""
        return tuple(site for site in self.sites if self._is_agreed(site.category, kinds))

    def _is_agreed(self, category: Category | None, kinds: Collection[Kind]) -> bool:
        return category is None or (Kind(category) in self.kinds and Kind(category) in kinds)

    @property
    def sha256(self) -> str:
        """Hex digest over the canonical JSON of every field, defaults included."""
        return hashlib.sha256(canonical(self.model_dump(mode="json"))).hexdigest()


def schema() -> dict[str, object]:
    """Return the JSON Schema of a complete policy, as in ``config/policy.schema.json``."""
    found: dict[str, object] = Policy.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
