"""Must never be wrong: which policy is narrower than or equal to which, field by field.

A partial order over every field of a policy. Anything without a rule, unknown or not comparable
counts as wider, so the person is asked. Pure: no I/O, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel

from nodreel.errors import PolicyError
from nodreel.policy.apps import DesignatedApp, Tier
from nodreel.policy.model import (
    MOST_NOT_PURPOSES,
    Limits,
    Organisation,
    Policy,
    Presence,
    Purpose,
    Recipient,
)
from nodreel.policy.patterns import MOST_PATTERNS, SecretPattern
from nodreel.policy.sites import MOST_MASKED, DesignatedSite
from nodreel.policy.upload import MOST_QUIET, Upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a new policy is wider: ``field`` in plain words, old and new value."""

    field: str
    old: str
    new: str

    def __str__(self) -> str:
        """One line a person understands."""
        return f"{self.field}: {self.old} -> {self.new}"


Part = TypeVar("Part", bound=BaseModel)


class _Apart:
    """What two values have in common when that is nothing."""


APART = _Apart()


TIERS = get_args(Tier)  # the narrowest first


@dataclass(frozen=True, slots=True)
class Rule:
    """``words`` for people; ``fits(new, old)``: not wider; ``meet(a, b)``: the widest in both.

    ``shields``: a list whose members protect, so that it is the missing ones that widen.
    """

    words: str
    fits: Callable[[Any, Any], bool]
    meet: Callable[[Any, Any], Any]
    shields: bool = False


def narrower_or_equal(new: Policy, old: Policy) -> tuple[Difference, ...]:
    """Return every way in which ``new`` is wider than ``old``; empty means new ⊑ old."""
    return tuple(_wider(new, old))


def conflicts(a: Policy, b: Policy) -> tuple[tuple[str, Difference], ...]:
    """Return the fields (dotted name, difference) in which no policy can lie within both."""
    return tuple(_conflicts(a, b, ""))


def merge(a: Policy, b: Policy) -> Policy:
    """Return the widest policy within both; PolicyError names what they exclude each other by."""
    apart = conflicts(a, b)
    if apart:
        listed = "; ".join(str(difference) for _, difference in apart)
        raise PolicyError(
            f"These two policies exclude each other. {listed}.",
            advice="Make the named fields equal, or remove them from the narrower policy.",
        )
    return _meet(a, b)


def _same(words: str) -> Rule:
    return Rule(words, lambda new, old: new == old, lambda a, b: a if a == b else APART)


def _at_most(words: str) -> Rule:
    return Rule(words, lambda new, old: new <= old, min)


def _at_least(words: str) -> Rule:
    return Rule(words, lambda new, old: new >= old, max)


def _ranked(words: str, *narrow_to_wide: object) -> Rule:
    rank = narrow_to_wide.index
    return Rule(
        words,
        lambda new, old: rank(new) <= rank(old),
        lambda a, b: a if rank(a) <= rank(b) else b,
    )


def _subset(words: str) -> Rule:
    """Fewer is narrower; nothing in common is no policy (``suspended`` says that honestly)."""
    return Rule(
        words,
        lambda new, old: set(new) <= set(old),
        lambda a, b: tuple(x for x in a if x in b) or APART,
    )


def _superset(words: str, most: int) -> Rule:
    """More is narrower; more than ``most`` together is no policy, rather than a part of both."""

    def meet(a: tuple[Any, ...], b: tuple[Any, ...]) -> tuple[Any, ...] | _Apart:
        both = (*a, *(x for x in b if x not in a))
        return both if len(both) <= most else APART

    return Rule(words, lambda new, old: set(new) >= set(old), meet, shields=True)


def _pinned(words: str) -> Rule:
    """Any version of the file (None) is wider than one pinned version."""
    return Rule(
        words,
        lambda new, old: old is None or new == old,
        lambda a, b: a if a == b or b is None else b if a is None else APART,
    )


def _later(words: str) -> Rule:
    """Let a later moment be narrower; none is widest."""
    return Rule(
        words,
        lambda new, old: old is None or (new is not None and new >= old),
        lambda a, b: max((x for x in (a, b) if x is not None), default=None),
    )


def _if_there(words: str) -> Rule:
    """Let a part be missing, which is narrower, and all that two different ones share."""

    def meet(a: BaseModel | None, b: BaseModel | None) -> BaseModel | None:
        apart = a is None or b is None or list(_conflicts(a, b, ""))
        return None if apart or a is None or b is None else _meet(a, b)

    return Rule(words, lambda new, old: new is None or new == old, meet)


Designated = DesignatedApp | DesignatedSite


def _designated(words: str, *, may_be_none: bool) -> Rule:
    """Apps or sites by id: fewer, and each of them at most as before, is narrower."""

    def fits(new: tuple[Designated, ...], old: tuple[Designated, ...]) -> bool:
        known = {item.id: item for item in old}
        return all(item.id in known and not list(_wider(item, known[item.id])) for item in new)

    def meet(
        a: tuple[Designated, ...], b: tuple[Designated, ...]
    ) -> tuple[Designated, ...] | _Apart:
        """Designated by both, under the same name and as the same thing; others fall out."""
        known = {item.id: item for item in b}
        common = [(item, known[item.id]) for item in a if item.id in known]
        both = tuple(_meet(x, y) for x, y in common if not list(_conflicts(x, y, "")))
        return both if both or may_be_none else APART

    return Rule(words, fits, meet)


RULES: Mapping[type[BaseModel], Mapping[str, Rule]] = {
    Policy: {
        "version": _at_least("version of the policy (an older one came back)"),
        "recipients": _subset("who can open the recordings"),
        "apps": _designated("designated apps", may_be_none=False),
        "sites": _designated("designated sites", may_be_none=True),
        "secrets": _superset("shapes of secrets taken out", MOST_PATTERNS),
        "kinds": _subset("kinds of data"),
        "synthetic": _ranked("input made by programs", "drop", "keep"),
        "presence": _ranked("proof that you are there", *reversed(Presence)),
        "suspended": _at_least("suspended"),
        "revoked_before": _later("moment before which every consent was ended"),
        "review_key": _at_most("a key for reviewing on this machine"),
        "upload": _if_there("sending released recordings away"),
    },
    Organisation: {
        "name": _same("who is responsible"),
        "address": _same("address of who is responsible"),
        "contact": _same("contact of who is responsible"),
        "jurisdiction": _same("jurisdiction"),
        "authority": _same("supervisory authority"),
        "works_agreement_ref": _same("works agreement"),
    },
    Purpose: {
        "id": _same("purpose"),
        "text": _same("purpose, in words"),
        "not_purposes": _superset("what recordings are never used for", MOST_NOT_PURPOSES),
    },
    Recipient: {
        "name": _same("name of who can open the recordings"),
        "key": _same("key of who can open the recordings"),
    },
    DesignatedApp: {
        "id": _same("id of the app"),
        "name": _same("name of the app"),
        "exe": _same("program file"),
        "script": _same("script the program runs"),
        "sha256": _pinned("pinned version of the program"),
        "keys": _ranked("which keys", *TIERS),
        "browser": _same("browser that tells which page is shown"),
        "category": _same("mail, chat or neither"),
    },
    DesignatedSite: {
        "id": _same("id of the site"),
        "name": _same("name of the site"),
        "host": _same("host of the site"),
        "scheme": _same("scheme of the site"),
        "port": _same("port of the site"),
        "path": _same("where on the site"),
        "keys": _ranked("which keys on the site", *TIERS),
        "category": _same("mail, chat or neither of the site"),
        "masked": _superset("parts of pages left out", MOST_MASKED),
    },
    SecretPattern: {
        "name": _same("name of a shape of secrets"),
        "pattern": _same("shape of secrets"),
    },
    Limits: {
        "max_fps": _at_most("pictures per second"),
        "hold_back_s": _at_least("seconds of grace before anything is stored"),
        "undo_hours": _at_least("hours of undo"),
        "device_days": _at_most("days kept on this machine"),
        "server_days": _at_most("days kept by the recipients"),
        "quota_mb": _at_most("MB stored on this machine"),
        "disk_floor_mb": _at_least("MB of disk left free"),
        "validity_days": _at_most("days until you are asked again"),
        "seal_s": _at_most("seconds held unsealed in memory"),
        "episode_minutes": _at_most("minutes per episode"),
        "episode_mb": _at_most("MB per episode"),
    },
    Upload: {
        "to": _same("where released recordings are sent"),
        "endpoint": _same("server that they are sent to"),
        "region": _same("region of that server"),
        "ca": _pinned("who vouches for that server"),
        "inbox_key": _same("key that says what you withdrew is gone"),
        "broker": _same("program that fetches the credentials for sending"),
        "max_kib_s": _at_most("KiB a second sent at most"),
        "daily_mb": _at_most("MB a day sent at most"),
        "metered": _at_most("sending over a metered connection"),
        "battery": _at_most("sending on battery"),
        "quiet_hours": _superset("hours without sending", MOST_QUIET),
        "automatic": _at_most("sending without being told each time"),
    },
}
_UNKNOWN = _same("a setting this version does not know")


def _wider(new: BaseModel, old: BaseModel) -> Iterator[Difference]:
    for name in type(new).model_fields:
        yield from _wider_field(_rule(new, name), getattr(new, name), getattr(old, name))


def _wider_field(rule: Rule, new: Any, old: Any) -> Iterator[Difference]:  # noqa: ANN401  any field
    if _is_part(new) and _is_part(old):
        yield from _wider(new, old)
    elif not rule.fits(new, old):
        members = tuple(_members(rule, new, old)) if isinstance(new, tuple) else ()
        yield from members or (Difference(rule.words, _say(old), _say(new)),)


def _members(rule: Rule, new: tuple[Any, ...], old: tuple[Any, ...]) -> Iterator[Difference]:
    """Say which members of a list make it wider, one by one."""
    if rule.shields:
        yield from (Difference(rule.words, _say(x), "not there") for x in old if x not in new)
        return
    known = {_identity(x): x for x in old}
    for item in new:
        before = known.get(_identity(item))
        if before is None:
            yield Difference(rule.words, "not there", _say(item))
        elif _is_part(item):
            for inner in _wider(item, before):
                yield Difference(f"{item.name}: {inner.field}", inner.old, inner.new)


def _conflicts(a: BaseModel, b: BaseModel, prefix: str) -> Iterator[tuple[str, Difference]]:
    for name in type(a).model_fields:
        x, y, rule = getattr(a, name), getattr(b, name), _rule(a, name)
        if _is_part(x) and rule is _UNKNOWN:
            yield from _conflicts(x, y, f"{prefix}{name}.")
        elif rule.meet(x, y) is APART:
            yield f"{prefix}{name}", Difference(rule.words, _say(x), _say(y))


def _meet(a: Part, b: Part) -> Part:
    values = {}
    for name in type(a).model_fields:
        x, y = getattr(a, name), getattr(b, name)
        rule = _rule(a, name)
        values[name] = _meet(x, y) if _is_part(x) and rule is _UNKNOWN else rule.meet(x, y)
    return type(a)(**values)


def _rule(part: BaseModel, name: str) -> Rule:
    return RULES.get(type(part), {}).get(name, _UNKNOWN)


def _is_part(value: object) -> bool:
    return isinstance(value, BaseModel)


def _identity(item: object) -> object:
    return item.id if isinstance(item, Designated) else item


_PLAIN = {True: "yes", False: "no", None: "none"}


def _say(value: object) -> str:
    match value:
        case DesignatedApp() | DesignatedSite() | Recipient() | SecretPattern():
            return f"{value.name} ({_exactly(value)})"
        case Upload():
            return value.to
        case tuple():
            return ", ".join(_say(item) for item in value)
        case bool() | None:
            return _PLAIN[value]
        case _:
            return str(value)


def _exactly(value: DesignatedApp | DesignatedSite | Recipient | SecretPattern) -> str:
    match value:
        case DesignatedApp():
            return value.script or value.exe
        case DesignatedSite():
            return value.place
        case Recipient():
            return value.key
        case SecretPattern():
            return value.pattern
