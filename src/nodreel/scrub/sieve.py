"""The second sieve: events in time order in, the same without secret shapes out. Pure.

What can be known only later cannot be taken back from the disk. So each batch is read together with
what still waits behind it (the hold-back), and what begins like a secret is one at once: a token
from its public beginning on, a number from its eighth digit on. A secret whose keys all lie within
the hold-back is taken out whole, and so is every frame's picture of it. Of one typed more slowly
there can stay what was written before its shape showed: the public beginning of a token; 7 digits
of a card or another number; 11 characters (country, check, bank, 3 digits) of a bank account
number; 8 of an Italian tax code; the user's name in an address with a login; of a policy's own
pattern all but what was typed within the hold-back. Not found at all are passwords without a
shape, a secret interrupted by a click, a shortcut or a dead key, and what is pasted (no key types
it). What is typed is read also where no text is kept: for what can be seen of it.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.events import (
    SECOND,
    Button,
    Element,
    Event,
    Focus,
    Frame,
    Gap,
    Key,
    KeyClass,
    Nanos,
    Note,
    Scroll,
    Why,
    Withheld,
)
from nodreel.scrub.addresses import without_secret_parts
from nodreel.scrub.detectors import without_secrets
from nodreel.scrub.places import Places, moves
from nodreel.scrub.spots import Spots
from nodreel.scrub.typed import Typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nodreel.events import Rect
    from nodreel.scene import Scene
    from nodreel.scrub.shape import Finder
    from nodreel.scrub.spots import Spot

Seen = tuple[Nanos, str]
Unkept = tuple[int, Key]
STEP: Final = SECOND
"""What was withheld is written down in steps of at least this."""


class Scrubber:
    """One per recording. ``found`` counts what was taken out, by name of shape.

    ``spots`` are those of the recording before: what was typed then may still be on the screen.
    """

    def __init__(self, own: Sequence[Finder] = (), spots: Spots | None = None) -> None:
        self._own = tuple(own)
        self._typed = Typed(self._own)
        self._count = 0  # strokes and what parts them, numbered through
        self._taken: set[int] = set()  # keys that are down and whose press was taken out
        self._places, self._spots = Places(), spots or Spots()
        self._spots.detach()
        self._withheld = Nanos(0)  # up to here it is written down what was withheld
        self._cuts: deque[Nanos] = deque()
        self.found: Counter[str] = Counter()

    @property
    def blind(self) -> tuple[Rect, ...]:
        """What must not be looked at now, desktop pixels: a typed secret can be read there."""
        return self._spots.rects(self._places.scenes[-1:])

    @property
    def wants_full(self) -> bool:
        """Whether something blank could be seen again if only a whole frame came."""
        return self._spots.wants_full

    def cut(self, t: Nanos) -> None:
        """Say, in time order, when keys began or ceased to be seen in the middle of a text."""
        self._cuts.append(t)

    def sift(
        self,
        events: Sequence[Event],
        waiting: Sequence[Event],
        unkept: Sequence[Unkept] = (),
        scenes: Sequence[Scene] = (),
    ) -> list[Event]:
        """Return ``events`` without secrets, and what says that there were any.

        ``waiting`` are the strokes known to follow them; ``unkept`` presses of characters as they
        were, of which ``events`` hold less or nothing, with the place in ``events`` where that is
        or would be; ``scenes`` what the desktop came to be.
        """
        self._places.enter(scenes)
        secret, seen = self._read(events, unkept, waiting)
        sifted = [self._sifted(event, secret.get(n)) for n, event in enumerate(events)]
        seen += [(new.t, new.app) for new, old in zip(sifted, events, strict=True)
                 if new is not old and isinstance(new, Frame)]  # fmt: skip
        return self._told(sifted, seen)

    def _read(
        self, events: Sequence[Event], unkept: Sequence[Unkept], waiting: Sequence[Event]
    ) -> tuple[dict[int, str], list[Seen]]:
        """Read on; returns which of ``events`` are secret, and when secrets were typed."""
        typed, first = self._typed, self._count
        spots: dict[int, Spot] = {}
        numbers: dict[int, int] = {}
        for index, event in _in_order(events, unkept):
            while self._cuts and self._cuts[0] <= event.t:
                self._cuts.popleft()
                typed.cut()
            numbers[self._count] = index
            typed.read(event, self._count)
            self._places.notice(event)
            if isinstance(event, Key) and event.press:
                spots[self._count] = self._places.spot(event, typed.text)
            self._count += 1
        told = [*events, *(key for _, key in unkept)]
        if not any(isinstance(event, Key | Button | Focus | Gap) for event in told):
            return {}, []
        ahead = self._ahead(waiting)
        seen = self._open(ahead, spots, first)
        self._settle(ahead, max(event.t for event in told))
        secret = {numbers[n]: name for n, name in ahead.secret.items() if n in numbers}
        typed.lasting |= ahead.lasting
        typed.forget()
        return secret, seen

    def _ahead(self, waiting: Sequence[Event]) -> Typed:
        ahead, cuts = self._typed.copy(), deque(self._cuts)
        for number, event in enumerate(waiting, self._count):
            while cuts and cuts[0] <= event.t:
                cuts.popleft()
                ahead.cut()
            ahead.read(event, number)
        ahead.cut() if cuts else ahead.look()
        return ahead

    def _open(self, ahead: Typed, spots: dict[int, Spot], first: int) -> list[Seen]:
        """Keep in mind where secrets are shown; returns when their strokes were typed."""
        marked = ahead.lasting | ahead.pending
        for number in sorted(marked.intersection(spots)):
            spot = self._spots.add(spots[number])
            spot.lasting |= number in ahead.lasting
        text = self._typed.text
        before = [n for n in self._typed.shown(marked) if n < first]
        if before and spots and text not in self._spots:  # what stood there turns out to be one
            self._spots.add(replace(spots[max(spots)], text=text, since=Nanos(0)))
        secret = ahead.secret.keys() & spots.keys()
        return [(spots[n].since, spots[n].app) for n in sorted(secret)]

    def _settle(self, ahead: Typed, t: Nanos) -> None:
        shown = self._typed.shown(ahead.lasting | ahead.pending)
        lasting = bool(shown & ahead.lasting)
        self._spots.settle(self._typed.text, t, shown=bool(shown), lasting=lasting)

    def _sifted(self, event: Event, secret: str | None) -> Event:
        if isinstance(event, Key | Scroll) and moves(event):
            self._spots.scrolled(event.app, event.t)
        match event:
            case Key(key_class=KeyClass.CHARACTER):
                return self._key(event, secret)
            case Frame():
                return self._spots.veil(event, self._places.scenes)
            case Focus():
                self._spots.turned(event)
                return self._focus(event)
            case Element():
                path = tuple(self._text(name) for name in event.path)
                return replace(event, name=self._text(event.name), path=path)
            case Note(text=text):
                return replace(event, text=self._text(text))
            case _:
                return event

    def _key(self, key: Key, secret: str | None) -> Key:
        code = key.keycode
        if code is None:
            return key
        if key.press:
            self._taken.discard(code)
            if secret is None:
                return key
            self._taken.add(code)
            self.found[f"secret shape: {secret}"] += 1
        elif code not in self._taken:
            return key
        else:
            self._taken.discard(code)
        return replace(key, keycode=None, keysym=None, modifiers=0, group=0)

    def _focus(self, focus: Focus) -> Focus:
        title, address = focus.title, focus.address
        if title is not None:
            title = self._text(title)
        if address is not None:
            address, names = without_secret_parts(address, self._own)
            self.found.update(f"secret shape: {name}" for name in names)
        return replace(focus, title=title, address=address)

    def _text(self, text: str) -> str:
        kept, names = without_secrets(text, self._own)
        self.found.update(f"secret shape: {name}" for name in names)
        return kept

    def _told(self, events: list[Event], seen: list[Seen]) -> list[Event]:
        """Write down that something was withheld, where it happened."""
        if not seen or max(seen)[0] < self._withheld:
            return events
        start = max(min(seen)[0], self._withheld)
        self._withheld = Nanos(max(*(t for t, _ in seen), start + STEP))
        at = next((n for n, event in enumerate(events) if event.t >= start), len(events))
        told = Withheld(start, self._withheld, Why.SECRET_SHAPE, min(seen)[1])
        return [*events[:at], told, *events[at:]]


def _in_order(events: Sequence[Event], unkept: Sequence[Unkept]) -> Iterator[tuple[int, Event]]:
    """Yield events with their place in ``events``, each press as it was (then at -1)."""
    waiting = deque(unkept)
    for n, event in enumerate(events):
        instead = False
        while waiting and waiting[0][0] <= n:
            _, key = waiting.popleft()
            instead |= key.t == event.t
            yield -1, key
        if not (instead and _redacted(event)):
            yield n, event
    yield from ((-1, key) for _, key in waiting)


def _redacted(event: Event) -> bool:
    if not isinstance(event, Key) or not event.press:
        return False
    return event.key_class is KeyClass.CHARACTER and event.keysym is None
