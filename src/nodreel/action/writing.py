"""Keys: runs of text with what was taken back, dead keys, held keys; hotkeys and single keys.

A text is what stands in the field after a run of characters and backspaces. Return, Tab and the
arrows end it and are keys of their own: they do something. X does not say that a held key repeats,
so how often is worked out from how long it was held, and such an action is not ``sure``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from nodreel.action.keysyms import character, held, is_dead, joined, name_of
from nodreel.action.model import Action, ActionKind
from nodreel.events import MILLISECOND, Key, KeyClass, Nanos

if TYPE_CHECKING:
    from nodreel.action.model import Settings

BACKSPACE: Final = 0xFF08
_COMPOSE: Final = 0xFF20
_SYMBOL_CHOOSERS: Final = frozenset({"shift", "altgr"})  # by themselves they do nothing


@dataclass(slots=True)
class _Run:
    """Text being typed. ``signs`` is what stands there now; None where it is not known."""

    app: str
    start: Nanos
    end: Nanos
    signs: list[str | None] = field(default_factory=list)
    strokes: list[Nanos] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    dead: int | None = None
    sure: bool = True
    known: bool = True

    def write(self, keysym: int | None, *, composed: bool = False) -> None:
        """Add what a key writes; ``composed``: that is not known, nor how many characters."""
        dead, self.dead = self.dead, None
        if composed:
            keysym, self.sure = None, False
        if keysym is None:
            self.signs.append(None)
        elif dead is None and is_dead(keysym):
            self.dead = keysym
        elif dead is None:
            self.signs.append(character(keysym))
        else:
            self.signs.append(joined(dead, keysym))
            self.sure &= self.signs[-1] is not None
        self.known &= not self.signs or self.signs[-1] is not None

    def take_back(self) -> bool:
        """Do what a backspace does; False when that is not in this text."""
        if self.dead is not None:
            self.dead = None
            return True
        if not self.signs:
            return False
        self.signs.pop()
        return True


@dataclass(slots=True)
class _Held:
    """A key that is down: how to do again what it did, and whether anything came after it."""

    t: Nanos
    number: int
    keysym: int | None
    name: str
    run: _Run | None = None
    action: int | None = None
    used: bool = False


@dataclass(slots=True)
class Writing:
    """Takes keys in order; ``done`` are the actions so far."""

    settings: Settings
    done: list[Action] = field(default_factory=list)
    _run: _Run | None = None
    _modifiers: dict[int, _Held] = field(default_factory=dict)
    _down: dict[int, _Held] = field(default_factory=dict)
    _unsure_until: int = -1
    _composing: bool = False  # the compose key was pressed

    def key(self, event: Key, number: int) -> None:
        """Take a key going down or up."""
        code = event.keycode or 0
        if not event.press:
            self._released(event, number, code)
        elif event.key_class is KeyClass.MODIFIER:
            self._modifier(event, number, code)
        else:
            again = self._down.get(code) if code else None
            if again is None or not self._again(again, event, number):
                self._pressed(event, number, code)

    def touched(self) -> None:
        """Take note that the pointer did something: a held modifier was for that, a text ends."""
        for one in self._modifiers.values():
            one.used = True
        self._composing = False
        self.finish()

    def withheld(self, until: Nanos) -> None:
        """Take note that keys were left out of the record until then."""
        if self._run is not None:
            self._run.sure = False
        self.finish()
        self._unsure_until = until + self.settings.pause_ms * MILLISECOND

    def interrupted(self) -> None:
        """Forget what was begun: what comes next was not seen to follow."""
        self.finish()
        self._composing = False
        self._modifiers.clear()
        self._down.clear()

    def _modifier(self, event: Key, number: int, code: int) -> None:
        name = name_of(event.keysym, event.keycode)
        self._composing |= event.keysym == _COMPOSE
        for one in self._modifiers.values():
            one.used = True
        together = bool(self._modifiers)
        self._modifiers[code] = _Held(event.t, number, event.keysym, name, used=together)

    def _pressed(self, event: Key, number: int, code: int) -> None:
        for one in self._modifiers.values():
            one.used = True
        for one in self._down.values():
            one.used = True
        mods = held(event.modifiers)
        here = self._down[code] = _Held(event.t, number, event.keysym, "")
        if event.key_class is KeyClass.CHARACTER:
            self._write(event, number, here)
        elif event.keysym == BACKSPACE and not mods and self._continues(event):
            self._take_back(event, number, here)
        else:
            self._command(event, number, mods, here)

    def _continues(self, event: Key) -> bool:
        run = self._run
        near = self.settings.pause_ms * MILLISECOND
        return run is not None and run.app == event.app and event.t - run.end < near

    def _write(self, event: Key, number: int, here: _Held) -> None:
        if not self._continues(event):
            self.finish()
            sure = event.t > self._unsure_until
            self._run = _Run(event.app, event.t, event.t, sure=sure)
        if (run := self._run) is None:
            return
        run.write(event.keysym, composed=event.composed or self._composing)
        run.strokes.append(event.t)
        self._note(run, event, number, here)

    def _take_back(self, event: Key, number: int, here: _Held) -> None:
        run = self._run
        if run is not None and run.take_back():
            self._note(run, event, number, here)
        else:
            self._command(event, number, (), here)

    def _note(self, run: _Run, event: Key, number: int, here: _Held) -> None:
        run.numbers += [number, *(m.number for m in self._modifiers.values())]
        run.end, here.run = event.t, run

    def _command(self, event: Key, number: int, mods: tuple[str, ...], here: _Held) -> None:
        self.finish()
        self._composing = False
        kind = ActionKind.HOTKEY if mods else ActionKind.KEY
        keys = (*mods, name_of(event.keysym, event.keycode))
        ids = (*(m.number for m in self._modifiers.values()), number)
        here.action = len(self.done)
        self.done.append(Action(
            kind, event.t, event.t, event.app, tuple(sorted(ids)), keys=keys, modifiers=mods,
            length=1,
        ))  # fmt: skip

    def _again(self, here: _Held, event: Key, number: int) -> bool:
        """Take a press of a key that is already down: some systems tell each repetition so."""
        if here.used or here.keysym != event.keysym:
            return False
        if here.run is not None and here.run is self._run:
            self._repeat(here.run, here.keysym)
            here.run.numbers.append(number)
            here.run.end, here.t = event.t, event.t
            return True
        if here.action is not None:
            self._lengthen(here.action, 1, event.t, number, sure=True)
            here.t = event.t
            return True
        return False

    def _repeat(self, run: _Run, keysym: int | None) -> None:
        if keysym == BACKSPACE:
            run.take_back()
        else:
            run.write(keysym)

    def _released(self, event: Key, number: int, code: int) -> None:
        modifier = self._modifiers.pop(code, None)
        if modifier is not None:
            alone = not modifier.used and not event.released_unseen
            if alone and modifier.name not in _SYMBOL_CHOOSERS:
                self.finish()
                self.done.append(Action(
                    ActionKind.KEY, modifier.t, event.t, event.app, (modifier.number, number),
                    keys=(modifier.name,), length=1,
                ))  # fmt: skip
            return
        here = self._down.pop(code, None)
        if here is None:
            return
        again = 0 if here.used or event.released_unseen else self._repetitions(event.t - here.t)
        if here.run is not None and here.run is self._run:
            for _ in range(again):
                self._repeat(here.run, here.keysym)
            here.run.sure &= not again
            here.run.end = max(here.run.end, event.t)
            here.run.numbers.append(number)
        elif here.action is not None:
            self._lengthen(here.action, again, event.t, number, sure=not again)

    def _repetitions(self, nanos: int) -> int:
        over = nanos // MILLISECOND - self.settings.repeat_delay_ms
        return 0 if over < 0 else 1 + over // self.settings.repeat_interval_ms

    def _lengthen(self, at: int, times: int, t: Nanos, number: int, *, sure: bool) -> None:
        old = self.done[at]
        self.done[at] = replace(
            old, end=t, length=old.length + times, events=(*old.events, number),
            sure=old.sure and sure,
        )  # fmt: skip

    def finish(self) -> None:
        """End the text that is being typed."""
        run, self._run = self._run, None
        if run is None or not run.strokes:
            return
        text = "".join(sign or "" for sign in run.signs) if run.known else None
        self.done.append(Action(
            ActionKind.TYPE, run.start, run.end, run.app, tuple(sorted({*run.numbers})),
            text=text, length=len(run.signs), strokes=tuple(run.strokes), sure=run.sure,
        ))  # fmt: skip
