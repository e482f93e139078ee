"""Ground truth: a seeded row of deeds on a form, each with what an action of it must say. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.action import ActionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

MENU = (("File", "Open"), ("File", "Save"), ("File", "Recent", "Notes"))
CHOICES = ("Invoice", "Credit note", "Reminder")
TEXTS = {
    "us": ("Total 1,204.50 (see page 7)", "order #18 & more", "Yes: 50% of it!", "a/b = c_d; ~x"),
    "de": ("Grüße aus Köln", "Größe: 5 €", "über @home", "Café à la carte", "{ß} ~ ÄÖÜ"),
    "fr": ("être ou ne pas être", "Noël, naïf, ambiguë", "ça, là, où, é", "LÀ-BAS Ê ï û ô"),
    "ru": ("Привет, мир", "съешь ещё этих булок", "Ёлка и Йод", "Щука №5"),
}
WEIGHTS = {
    ActionKind.CLICK: 12, ActionKind.DOUBLE_CLICK: 6, ActionKind.TRIPLE_CLICK: 6,
    ActionKind.RIGHT_CLICK: 6, ActionKind.MIDDLE_CLICK: 6, ActionKind.DRAG: 8,
    ActionKind.SCROLL: 8, ActionKind.TYPE: 14, ActionKind.HOTKEY: 10, ActionKind.KEY: 10,
    ActionKind.SELECT: 12, ActionKind.WAIT: 3, ActionKind.SWITCH: 3,
}  # fmt: skip
HOTKEYS = (
    ("Control_L", "a"),
    ("Shift_L", "Home"),
    ("Control_L", "Left"),
    ("Control_L", "Shift_L", "Left"),
)
KEYS = ("Home", "End", "Left", "Right", "Return")
SLIP = "\b"


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed; ``control`` is where, the rest as its kind needs it."""

    kind: ActionKind
    control: str = ""
    text: str = ""
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    notches: int = 0
    by_keyboard: bool = False
    layout: str = "us"


def deeds(seed: int, count: int) -> Iterator[Deed]:
    """Yield that many deeds; a text comes with the click into its field, which counts too."""
    rng = random.Random(seed)
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    done = 0
    while done < count:
        kind = rng.choices(kinds, weights)[0]
        for deed in _deed(rng, kind):
            yield deed
            done += 1


def _deed(rng: random.Random, kind: ActionKind) -> Iterator[Deed]:
    match kind:
        case ActionKind.CLICK:
            yield Deed(kind, rng.choice(("Submit", "Show password", "First row", "Second row")))
        case ActionKind.RIGHT_CLICK | ActionKind.MIDDLE_CLICK:
            yield Deed(kind, rng.choice(("First row", "Second row")))
        case ActionKind.DOUBLE_CLICK | ActionKind.TRIPLE_CLICK | ActionKind.DRAG:
            yield Deed(kind, "Note")
        case ActionKind.SCROLL:
            yield Deed(kind, "Second row", notches=rng.choice((-1, 1)) * rng.randint(1, 6))
        case ActionKind.TYPE:
            yield Deed(ActionKind.CLICK, "Note")
            layout = rng.choice(tuple(TEXTS))
            text = rng.choice(TEXTS[layout])
            at = rng.randrange(1, len(text))
            slip = text[: at + 1] + SLIP + text[at:] if rng.random() < 0.3 else text
            yield Deed(kind, "Note", text=slip, layout=layout)
        case ActionKind.HOTKEY:
            yield Deed(ActionKind.CLICK, "Note")
            yield Deed(kind, "Note", keys=rng.choice(HOTKEYS))
        case ActionKind.KEY:
            yield Deed(ActionKind.CLICK, "Note")
            yield Deed(kind, "Note", keys=(rng.choice(KEYS),))
        case ActionKind.SELECT if rng.random() < 0.35:
            yield Deed(kind, names=("Kind", rng.choice(CHOICES)))
        case ActionKind.SELECT:
            names = rng.choice(MENU)
            yield Deed(kind, names=names, by_keyboard=len(names) == 2 and rng.random() < 0.3)
        case _:
            yield Deed(kind)


def task(seed: int) -> Iterator[Deed]:
    """Yield a form to fill in: a text, a choice, something in a menu, a button, in some order."""
    rng = random.Random(seed)
    parts = [
        [
            Deed(ActionKind.CLICK, "Note"),
            Deed(ActionKind.TYPE, "Note", text=rng.choice(TEXTS["us"])),
        ],
        [Deed(ActionKind.SELECT, names=("Kind", rng.choice(CHOICES[1:])))],
        [Deed(ActionKind.SELECT, names=rng.choice(MENU))],
        [Deed(ActionKind.CLICK, "Submit")],
        [Deed(ActionKind.CLICK, "Note"), Deed(ActionKind.HOTKEY, "Note", keys=("Control_L", "a")),
         Deed(ActionKind.TYPE, "Note", text="over again")],
    ]  # fmt: skip
    rng.shuffle(parts)
    for part in parts:
        yield from part
