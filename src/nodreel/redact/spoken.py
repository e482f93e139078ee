"""Events without what was found: texts in place of which its name stands, keys without a symbol."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.action import ActionKind, find_actions
from nodreel.action.keysyms import is_dead
from nodreel.action.writing import BACKSPACE
from nodreel.events import MILLISECOND, SECOND, Element, Focus, Key, KeyClass, Nanos, Note, Why
from nodreel.events import Withheld as Left
from nodreel.redact.finders import found_in
from nodreel.redact.personal import PERSONAL
from nodreel.redact.phones import PHONE
from nodreel.scrub.addresses import without_secret_parts
from nodreel.scrub.detectors import without_secrets
from nodreel.scrub.typed import Typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nodreel.episode.format import Spoken
    from nodreel.scrub.shape import Finder

Found = Counter[tuple[str, str]]
"""How often something was taken out: (where, name of its shape)."""
Pieces = list[tuple[str, str]]
"""What was found: (name of its shape, the text itself). Never written anywhere."""

_NEAR: Final = SECOND  # keys taken out so near to each other are one stretch
_OF_PEOPLE: Final = {shape.name for shape in PERSONAL} | {PHONE}


def typed_secrets(events: Sequence[Spoken], finders: Sequence[Finder]) -> dict[int, str]:
    """Return which events are strokes of something that was found, and its name.

    Read as it would read in the field; and as the actions have it, which know dead keys and other
    scripts. Where it cannot be told which stroke wrote what, all of that text are taken.
    """
    typed = Typed(tuple(finders))
    for number, event in enumerate(events):
        typed.read(event, number)
    typed.look()
    secret = dict(typed.secret)
    for action in find_actions(events):
        if action.kind is not ActionKind.TYPE or not action.text:
            continue
        strokes = [n for n in action.events if _writes(events[n])]
        wrote = _writers(events, action.events)
        for span in found_in(action.text, finders):
            first, last = strokes[0], strokes[-1]
            if len(wrote) == len(action.text):
                first, last = wrote[span.start][0], wrote[span.end - 1][-1]
            for number in strokes:
                if first <= number <= last:  # with what was taken back in between
                    secret.setdefault(number, span.name)
    return secret


def _writers(events: Sequence[Spoken], numbers: Sequence[int]) -> list[list[int]]:
    """Return which strokes wrote each character that was left of a text: a dead key is one more."""
    wrote: list[list[int]] = []
    dead: list[int] = []
    for number in numbers:
        event = events[number]
        if not isinstance(event, Key) or not event.press:
            continue
        if _writes(event):
            dead.append(number)
            if len(dead) > 1 or not is_dead(event.keysym or 0):
                wrote.append(dead)
                dead = []
        elif event.keysym == BACKSPACE:
            if not dead and wrote:
                wrote.pop()
            dead = []
    return wrote


def _writes(event: Spoken) -> bool:
    return isinstance(event, Key) and event.press and event.key_class is KeyClass.CHARACTER


def said(events: Sequence[Spoken], finders: Sequence[Finder]) -> Pieces:
    """Return what was found in texts and in what was typed."""
    texts = [a.text for a in find_actions(events) if a.kind is ActionKind.TYPE and a.text]
    for event in events:
        texts += _texts(event)
    return [
        (span.name, text[span.start : span.end])
        for text in dict.fromkeys(texts)
        for span in found_in(text, finders)
    ]


def _texts(event: Spoken) -> list[str]:
    match event:
        case Focus():
            return [text for text in (event.title, event.address) if text]
        case Element():
            return [event.name, *event.path]
        case Note():
            return [event.text]
        case _:
            return []


class Spokesman:
    """Tells events without what was found; ``found`` counts it."""

    def __init__(self, finders: Sequence[Finder], secret: dict[int, str]) -> None:
        self._finders, self._secret = tuple(finders), secret
        self._taken: dict[int, str] = {}  # keys that are down and whose press was taken out
        self.found: Found = Counter()

    def tell(self, number: int, event: Spoken) -> Spoken:
        """Return the event that is the ``number``th of its episode as it may be told."""
        match event:
            case Key():
                return self._key(number, event)
            case Focus(title=title, address=address):
                return replace(
                    event,
                    title=title and self._text("title", title),
                    address=address and self._address(address),
                )
            case Element(name=name, path=path):
                return replace(
                    event,
                    name=self._text("element", name),
                    path=tuple(self._text("element", step) for step in path),
                )
            case Note(text=text):
                return replace(event, text=self._text("note", text))
            case _:
                return event

    def _key(self, number: int, key: Key) -> Key:
        code = key.keycode or 0
        if key.press:
            self._taken.pop(code, None)
        name = self._secret.get(number) if key.press else self._taken.pop(code, None)
        if name is None:
            return key
        if key.press:
            self._taken[code] = name
            self.found["keys", name] += 1
        return replace(key, keycode=None, keysym=None, modifiers=0, group=0)

    def _text(self, where: str, text: str) -> str:
        kept, names = without_secrets(text, self._finders)
        self.found.update((where, name) for name in names)
        return kept

    def _address(self, address: str) -> str:
        kept, names = without_secret_parts(address, self._finders)
        self.found.update(("address", name) for name in names)
        return kept


def left_out(events: Sequence[Spoken], secret: dict[int, str]) -> Iterator[Left]:
    """Yield what says that keys were taken out, and from when to when."""
    since = until = Nanos(-1)
    why, app = Why.PERSONAL, ""
    for number in sorted(secret):
        key = events[number]
        if not isinstance(key, Key):
            continue
        if since >= 0 and (key.t - until > _NEAR or key.app != app):
            yield Left(since, until, why, app)
            since = Nanos(-1)
        if since < 0:
            since, app, why = key.t, key.app, Why.PERSONAL
        until = Nanos(key.t + MILLISECOND)
        if secret[number] not in _OF_PEOPLE:
            why = Why.SECRET_SHAPE
    if since >= 0:
        yield Left(since, until, why, app)
