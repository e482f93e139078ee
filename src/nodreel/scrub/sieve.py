"""The second sieve: events in time order in, the same without secret shapes out. Pure.

What can be known only later cannot be taken back from the disk. So each batch is read together with
what still waits behind it (the hold-back), and what begins like a secret is one at once: a token
from its public beginning on, a number from its eighth digit on. A secret whose keys all lie within
the hold-back is taken out whole. Of one typed more slowly there can stay what was written before
its shape showed: the public beginning of a token; 7 digits of a card or another number; 11
characters (country, check, bank, 3 digits) of a bank account number; 8 of an Italian tax code; the
user's name in an address with a login. Not found at all are passwords without a shape, a secret
interrupted by a click, a shortcut or a dead key, and what is pasted (no key types it).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.events import Event, Focus, Key, KeyClass, Note
from nodreel.scrub.detectors import without_secrets
from nodreel.scrub.typed import Typed

if TYPE_CHECKING:
    from collections.abc import Sequence

_AHEAD: Final = -1  # number of every stroke that still waits


class Scrubber:
    """One per recording. ``found`` counts keys, titles and notes taken out, by name of shape."""

    def __init__(self) -> None:
        self._typed = Typed()
        self._taken: set[int] = set()  # keys that are down and whose press was taken out
        self.found: Counter[str] = Counter()

    def sift(self, events: Sequence[Event], waiting: Sequence[Event]) -> list[Event]:
        """Return ``events`` without secrets; ``waiting`` are the strokes known to follow them."""
        for number, event in enumerate(events):
            self._typed.read(event, number)
        secret = self._secret(waiting) if any(map(_tells, events)) else {}
        self._typed.forget_numbers()
        return [self._sifted(event, secret.get(n)) for n, event in enumerate(events)]

    def _secret(self, waiting: Sequence[Event]) -> dict[int, str]:
        ahead = self._typed.copy()
        for event in waiting:
            ahead.read(event, _AHEAD)
        ahead.look()
        return ahead.secret

    def _sifted(self, event: Event, secret: str | None) -> Event:
        match event:
            case Key(key_class=KeyClass.CHARACTER):
                return self._key(event, secret)
            case Focus(title=str(title)):
                return replace(event, title=self._text(title))
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

    def _text(self, text: str) -> str:
        kept, names = without_secrets(text)
        self.found.update(f"secret shape: {name}" for name in names)
        return kept


def _tells(event: Event) -> bool:
    if not isinstance(event, Key) or event.key_class is not KeyClass.CHARACTER:
        return False
    return event.press and event.keysym is not None
