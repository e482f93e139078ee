"""The door: a ``match`` over all there is, ending in ``assert_never``. Pure; must never be wrong.

What is not known to be designated is dropped. A new kind of event does not type-check until
somebody has decided about it here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeVar, assert_never

from nodreel.events import (
    Button,
    Element,
    Event,
    Focus,
    Frame,
    Gap,
    Geometry,
    Key,
    KeyClass,
    Kind,
    Move,
    Note,
    Pace,
    Scroll,
    Withheld,
)
from nodreel.gate.context import Context, Grab
from nodreel.scene import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodreel.policy import DesignatedApp, DesignatedSite


Pointer = TypeVar("Pointer", Button, Scroll, Move)
Tier = Literal["shortcuts", "shape", "full"]
TIERS: tuple[Tier, ...] = ("shortcuts", "shape", "full")


class Drop(StrEnum):
    """Why something was not kept; counted by reason, never stored with the event."""

    CLOSED = "not recording"
    LOCKED = "session locked"
    SYNTHETIC = "not from a physical device"
    KIND = "this kind of data was not agreed to"
    FOREIGN = "not a designated app"
    UNFOCUSED = "designated app not in front"
    GRAB = "keyboard held by something else"
    UNPAIRED = "its other half was not recorded"
    OVERFLOW = "memory bound reached"
    UNCONFIRMED = "stopped before it could be judged again"
    RESTLESS = "put off, because the picture moves all the time by itself"
    RESYNC = "waiting for a whole picture"
    PAGE = "the page was not designated, or not for sure"
    BARS = "the browser's own bars had the keyboard"
    SECRET = "a password field had the keyboard"  # noqa: S105  words for the person
    TIER = "typed characters were not agreed to"
    SPARED = "given up so that the machine stays quick"
    BUDGET = "pictures of a screen that changed too much at once"


@dataclass(frozen=True, slots=True)
class Rules:
    """What was agreed to: apps and sites by id, kinds, and whether synthetic input is kept."""

    apps: Mapping[str, DesignatedApp]
    kinds: frozenset[Kind]
    keep_synthetic: bool
    sites: Mapping[str, DesignatedSite] = field(default_factory=dict)

    def tier(self, app: str, site: str) -> Tier:
        """Return how much of the keys may be kept there: what app, site and person all allow."""
        tiers = [self.apps[app].keys] if app in self.apps else [TIERS[0]]
        if site:
            tiers.append(self.sites[site].keys if site in self.sites else TIERS[0])
        least = min(tiers, key=TIERS.index)
        return "shape" if least == "full" and Kind.TEXT not in self.kinds else least


@dataclass(slots=True)
class Held:
    """Keys (by keycode) and buttons whose press passed the door: their release may pass too."""

    keys: dict[int, str] = field(default_factory=dict)
    buttons: dict[int, Button] = field(default_factory=dict)


def admit(  # noqa: PLR0911  one return per kind of event
    event: Event, context: Context, rules: Rules, held: Held
) -> Event | Drop:
    """Return the event with its ``app`` set, or why it may not come in. Updates ``held``."""
    outside = _outside(event, context)
    if outside is not None:
        return outside
    match event:
        case Key():
            return _key(event, context, rules, held)
        case Button():
            return _button(event, context, rules, held)
        case Scroll():
            return _pointer(event, context, rules)
        case Move():
            return _pointer(event, context, rules)
        case Frame():
            return _frame(event, context, rules)
        case Note():
            return event if context.open else Drop.FOREIGN
        case Element():
            return _element(event, context, rules)
        case Focus() | Geometry() | Withheld() | Pace() | Gap():
            return Drop.FOREIGN  # nodreel itself makes these; from outside they are forgeries
        case _:
            assert_never(event)


def _outside(event: Event, context: Context) -> Drop | None:
    """Say why nothing may come in from then, but for the other half of what was let in."""
    if context.scene.locked:
        return Drop.LOCKED
    ends = isinstance(event, Key | Button) and not event.press
    return Drop.CLOSED if context.shut and not ends else None


def _key(event: Key, context: Context, rules: Rules, held: Held) -> Key | Drop:
    if event.keycode is None:
        return Drop.FOREIGN
    if not event.press:
        app = held.keys.pop(event.keycode, None)
        return Drop.UNPAIRED if app is None else replace(event, app=app)
    app = context.focus_app
    refusal = _refusal(event, Kind.KEYS, rules) or _keyboard(context)
    if app is None or refusal is not None:
        return refusal or Drop.FOREIGN
    if event.key_class is KeyClass.CHARACTER and rules.tier(app, context.insight.site) == TIERS[0]:
        return Drop.TIER
    held.keys[event.keycode] = app
    return replace(event, app=app)


def _keyboard(context: Context) -> Drop | None:
    """Say who else has the keyboard although a designated app is in front."""
    if context.focus_app is None:
        return Drop.FOREIGN
    if context.grab is Grab.SECRET:
        return Drop.GRAB
    if not context.insight.keyboard:
        return Drop.BARS
    return Drop.SECRET if context.insight.verdict is Verdict.SECRET else None


def _button(event: Button, context: Context, rules: Rules, held: Held) -> Button | Drop:
    if not event.press:
        pressed = held.buttons.pop(event.button, None)
        if pressed is None:
            return Drop.UNPAIRED
        if context.owner_at(event.x, event.y) is None:
            # Let go over something else: that it ended is ours to know, where it ended is not.
            event = replace(event, x=pressed.x, y=pressed.y, released_unseen=True)
        return replace(event, app=pressed.app)
    judged = _pointer(event, context, rules)
    if judged is Drop.UNFOCUSED:
        # The click that brings an app to the front: hindsight sees whether focus followed.
        app = context.owner_at(event.x, event.y) or ""
        judged = replace(event, app=app, activating=True)
    if isinstance(judged, Button):
        held.buttons[event.button] = judged
    return judged


def _pointer(event: Pointer, context: Context, rules: Rules) -> Pointer | Drop:
    refusal = _refusal(event, Kind.POINTER, rules)
    if refusal is not None:
        return refusal
    owner = context.owner_at(event.x, event.y)
    if owner is None:
        return Drop.FOREIGN
    if context.focus_app is None:
        return Drop.UNFOCUSED
    if isinstance(event, Move):  # by the thousand, and ``replace`` takes ten times as long
        return Move(event.t, event.x, event.y, owner, event.synthetic, event.epoch)
    return replace(event, app=owner)


def _refusal(event: Key | Button | Scroll | Move, kind: Kind, rules: Rules) -> Drop | None:
    if kind not in rules.kinds:
        return Drop.KIND
    return Drop.SYNTHETIC if event.synthetic and not rules.keep_synthetic else None


def _element(event: Element, context: Context, rules: Rules) -> Element | Drop:
    """Let in what an app says of its element if something designated shows in that place."""
    if Kind.ELEMENTS not in rules.kinds:
        return Drop.KIND
    app = context.focus_app
    if app is not None and event.rect is not None:
        r = event.rect
        app = context.owner_at(r.x + r.w // 2, r.y + r.h // 2)
    if app is None:
        return Drop.FOREIGN
    return replace(event, app=app, epoch=context.scene.epoch)


def _frame(event: Frame, context: Context, rules: Rules) -> Frame | Drop:
    if Kind.SCREEN not in rules.kinds:
        return Drop.KIND
    if context.focus_app is None:
        return Drop.FOREIGN
    return replace(event, app=context.focus_app)
