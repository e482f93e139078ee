"""What is asked of an accessible object, and its answers, each checked before it is believed.

The Text interface is never used: names of controls, no contents.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from nodreel.desktop.atspi.talk import Ask
from nodreel.desktop.atspi.words import (
    ATSPI,
    DEFUNCT,
    EDITABLE,
    FOCUSED,
    LABELLED_BY,
    NOBODY,
    SHOWING,
    TYPED_ROLES,
)
from nodreel.events import Rect

if TYPE_CHECKING:
    from nodreel.desktop.atspi.talk import Answer, Talk

LONGEST_NAME = 80
_FAR = 1 << 15  # X11 coordinates have 16 bits
_PROPERTIES = "org.freedesktop.DBus.Properties"
_SCREEN = 0
_SHORT = 1024


class Ref(NamedTuple):
    """An accessible object: the connection that has it, and its path there."""

    app: str
    path: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What an object says of itself; ``box`` in the app's own pixels, None without a place."""

    ref: Ref
    role: int
    states: frozenset[int]
    box: Rect | None
    name: str
    parent: Ref | None
    hint: str = ""

    @property
    def shown(self) -> bool:
        """Whether it is really there: on the screen, with a size."""
        return SHOWING in self.states and DEFUNCT not in self.states and self.box is not None

    @property
    def focused(self) -> bool:
        """Whether it claims the keyboard."""
        return FOCUSED in self.states

    @property
    def typed(self) -> bool:
        """Whether one writes into it."""
        return self.role in TYPED_ROLES or EDITABLE in self.states


def call(ref: Ref, interface: str, member: str, signature: str = "", *body: Any) -> Ask:
    """Ask for a method of AT-SPI."""
    return Ask(ref.app, ref.path, ATSPI + interface, member, signature, body)


def read(ref: Ref, interface: str, name: str) -> Ask:
    """Ask for a property."""
    return Ask(ref.app, ref.path, _PROPERTIES, "Get", "ss", (ATSPI + interface, name))


def look_at(ref: Ref) -> Talk[Seen | None]:
    """Ask an object for all that a verdict needs, in one go."""
    role, states, box, name, parent, hints = yield (
        call(ref, "Accessible", "GetRole"),
        call(ref, "Accessible", "GetState"),
        call(ref, "Component", "GetExtents", "u", _SCREEN),
        read(ref, "Accessible", "Name"),
        read(ref, "Accessible", "Parent"),
        call(ref, "Accessible", "GetAttributes"),
    )
    number = as_number(role)
    if number is None:
        return None
    return Seen(
        ref, number, as_states(states), as_box(box), as_name(name),
        as_ref(unwrapped(parent), ref.app), as_hint(hints),
    )  # fmt: skip


def label_of(ref: Ref) -> Talk[str]:
    """Ask for the words that stand beside a field."""
    (relations,) = yield (call(ref, "Accessible", "GetRelationSet"),)
    for label in as_relations(relations, LABELLED_BY, ref.app)[:2]:
        (name,) = yield (read(label, "Accessible", "Name"),)
        if text := as_name(name):
            return text
    return ""


def first(answer: Answer) -> Any:
    """Return the first thing an answer holds, None without one."""
    return answer[0] if answer else None


def unwrapped(answer: Answer) -> Any:
    """Return the value of a property."""
    value = first(answer)
    return value[1] if isinstance(value, tuple) and len(value) == 2 else None  # noqa: PLR2004


def as_number(answer: Answer) -> int | None:
    """Read a small number."""
    value = first(answer)
    return value if isinstance(value, int) and 0 <= value < _SHORT else None


def as_states(answer: Answer) -> frozenset[int]:
    """Read a set of states: two words of 32 bits."""
    words = first(answer)
    if not isinstance(words, list) or len(words) != 2:  # noqa: PLR2004
        return frozenset()
    bits = sum((w & 0xFFFFFFFF) << 32 * n for n, w in enumerate(words) if isinstance(w, int))
    return frozenset(n for n in range(64) if bits >> n & 1)


def as_box(answer: Answer) -> Rect | None:
    """Read a rectangle; None when it is empty or cannot be on a desktop."""
    value = first(answer)
    if not isinstance(value, tuple) or len(value) != 4:  # noqa: PLR2004
        return None
    if not all(isinstance(n, int) and -_FAR <= n <= _FAR for n in value):
        return None
    x, y, w, h = value
    return Rect(x, y, w, h) if w > 0 and h > 0 else None


def as_name(answer: Answer) -> str:
    """Read a name: one line, cut to size."""
    return plain(unwrapped(answer))


def plain(text: Any) -> str:
    """Return hostile text as one short line of printable characters."""
    if not isinstance(text, str):
        return ""
    line = " ".join(text[: 4 * LONGEST_NAME].split())
    return "".join(c for c in line if c.isprintable())[:LONGEST_NAME]


def as_ref(value: Any, app: str) -> Ref | None:
    """Read the place of an object; only one of the same app counts."""
    if not isinstance(value, tuple) or len(value) != 2:  # noqa: PLR2004
        return None
    name, path = value
    if name != app or not isinstance(path, str) or path == NOBODY or len(path) > _SHORT:
        return None
    return Ref(name, path)


def as_refs(answer: Answer, app: str) -> list[Ref]:
    """Read a list of objects of the same app."""
    values = first(answer)
    if not isinstance(values, list):
        return []
    return [ref for ref in (as_ref(v, app) for v in values) if ref is not None]


def as_relations(answer: Answer, kind: int, app: str) -> list[Ref]:
    """Read which objects stand in that relation."""
    values = first(answer)
    if not isinstance(values, list):
        return []
    for value in values:
        if isinstance(value, tuple) and len(value) == 2 and value[0] == kind:  # noqa: PLR2004
            return as_refs((value[1],), app)
    return []


def as_hint(answer: Answer) -> str:
    """Read what sort of text a field says that it takes."""
    values = first(answer)
    hint = values.get("text-input-type") if isinstance(values, dict) else ""
    return hint if isinstance(hint, str) else ""
