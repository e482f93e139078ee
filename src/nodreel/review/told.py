"""An episode line by line: what each thing that was kept means, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from nodreel.episode import Picture
from nodreel.events import (
    Button,
    Element,
    Focus,
    Gap,
    Geometry,
    Key,
    Move,
    Note,
    Pace,
    Scroll,
    Withheld,
)
from nodreel.review.inert import inert
from nodreel.review.words import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nodreel.episode.reader import Item

_LATIN_1: Final = range(0x20, 0x100)  # keysyms that are characters
_UNICODE: Final = 0x0100_0000  # keysyms above are code points


def told(items: Iterable[Item]) -> Iterator[tuple[int, str, Item]]:
    """Yield (time, line, last item); runs of moves and of pictures are one line each."""
    run: list[Item] = []
    for item in items:
        if run and not (type(item) is type(run[0]) and isinstance(item, Move | Picture)):
            yield run[0].t, _line(run), run[-1]
            run = []
        run.append(item)
    if run:
        yield run[0].t, _line(run), run[-1]


def _line(run: list[Item]) -> str:
    item = run[-1]
    match item:
        case Key():
            text = f"key      {_way(item.press)} {_name(item)}{_marks(item)}"
        case Button():
            text = f"button   {_way(item.press)} {item.button} at {_at(item)}{_marks(item)}"
        case Scroll():
            text = f"scroll   {item.dx:+d}, {item.dy:+d} at {_at(item)}"
        case Move():
            text = f"pointer  {len(run)} moves, to {_at(item)}"
        case Picture():
            text = f"screen   {len(run)} frame(s), {item.width} x {item.height}"
        case Pace():
            text = f"pace     given up from here on: {item.spares}"
        case _:
            text = _around(item)
    app = "" if isinstance(item, Geometry | Note | Pace | Gap) else inert(item.app, 40)
    return f"{text}  [{app}]" if app else text


def _around(item: Focus | Element | Geometry | Note | Withheld | Gap) -> str:
    match item:
        case Focus():
            title = "" if item.title is None else f" “{inert(item.title)}”"
            return f"focus   {title}{f' {inert(item.address)}' if item.address else ''}"
        case Element():
            return f"element  {item.cause} on {_element(item)}"
        case Geometry():
            return f"desktop  {item.width} x {item.height}, {len(item.monitors)} monitor(s)"
        case Note():
            return f"note     “{inert(item.text, 500)}”"
        case Withheld():
            return f"withheld {item.why}, until {moment(item.until)}"
        case Gap():
            return f"gap      nothing until {moment(item.until)}"
        case _:
            assert_never(item)


def _element(item: Element) -> str:
    path = item.path if item.path[-1:] == (item.name,) else (*item.path, item.name)
    names = " > ".join(inert(name, 80) for name in path if name)
    return f"{inert(item.role, 40)} “{names}”"


def _at(event: Button | Scroll | Move) -> str:
    return f"({event.x}, {event.y})"


def _way(press: bool) -> str:  # noqa: FBT001  a word for a truth value
    return "down" if press else "up  "


def _name(key: Key) -> str:
    """Return what a key is called; only its class where nothing more was kept."""
    if key.keysym is None:
        return key.key_class
    if key.keysym in _LATIN_1:
        return repr(inert(chr(key.keysym)))
    if _UNICODE < key.keysym <= _UNICODE + 0x10FFFF:
        return repr(inert(chr(key.keysym - _UNICODE)))
    return f"{key.key_class} 0x{key.keysym:x}"


def _marks(event: Key | Button) -> str:
    said = [
        word
        for word, on in (
            ("synthetic", event.synthetic),
            ("release unseen", event.released_unseen),
            ("text unknown", isinstance(event, Key) and event.composed),
            ("activates", isinstance(event, Button) and event.activating),
        )
        if on
    ]
    return f" ({', '.join(said)})" if said else ""
