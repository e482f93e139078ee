"""Where it is that somebody types: the window, the field in it, the page. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.events import (
    Button,
    Cause,
    Element,
    Event,
    Focus,
    Geometry,
    Key,
    KeyClass,
    Nanos,
    Rect,
    Scroll,
)
from nodreel.rects import contains
from nodreel.scrub.spots import Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.scene import Scene

_PAGES: Final = {0xFF55, 0xFF56, 0xFF9A, 0xFF9B}  # keys that scroll
_TABS: Final = {0xFF09, 0xFF89, 0xFE20}
_TYPED_INTO: Final = frozenset({"editable", "focused"})


def moves(event: Event) -> bool:
    """Tell whether what a window shows may be elsewhere in it from now on."""
    if isinstance(event, Key):
        return event.press and event.keysym in _PAGES
    return isinstance(event, Scroll)


def _leaves(event: Event) -> bool:
    """Tell whether a key may give the keyboard to another field; that one may not say so."""
    if not isinstance(event, Key) or not event.press:
        return False
    return event.key_class is KeyClass.SHORTCUT or event.keysym in _TABS


class Places:
    """Tell it what happens, in time order."""

    def __init__(self) -> None:
        self._scenes: tuple[Scene, ...] = ()
        self._fields: dict[str, tuple[int | None, Rect | None, Rect]] = {}
        self._pages: dict[str, tuple[str, str | None]] = {}

    @property
    def scenes(self) -> tuple[Scene | None, ...]:
        """How the desktop was during this batch, oldest first; never empty."""
        return self._scenes or (None,)

    def enter(self, scenes: Sequence[Scene]) -> None:
        """Begin a batch: the desktop was so, in time order, and before that as it was."""
        self._scenes = (*self._scenes[-1:], *scenes)

    def notice(self, event: Event) -> None:
        """Take in where the keyboard goes."""
        match event:
            case Element():
                self._element(event)
            case Focus():
                self._pages[event.app] = (event.site, event.address)
            case Geometry():
                self._fields.clear()
            case Button(press=True) if not self._within(event):
                self._fields.pop(event.app, None)
            case Key() | Scroll() if moves(event) or _leaves(event):
                self._fields.pop(event.app, None)
            case _:
                pass

    def spot(self, key: Key, text: int) -> Spot:
        """Return where that key wrote, as far as it is known."""
        window, inner = self._window(key.t)
        told, then, field = self._fields.get(key.app, (None, None, None))
        if told != window:
            then, field = inner, None
        page = self._pages.get(key.app, ("", None))
        return Spot(key.app, text, key.t, window, then, field, page)

    def _within(self, click: Button) -> bool:
        _, _, field = self._fields.get(click.app, (None, None, None))
        return field is not None and contains(field, click.x, click.y)

    def _element(self, element: Element) -> None:
        if element.cause is Cause.CLICK and not _TYPED_INTO.intersection(element.states):
            return  # what was clicked need not be what is typed into
        if element.rect is None:
            self._fields.pop(element.app, None)
        else:
            self._fields[element.app] = (*self._window(element.t), element.rect)

    def _window(self, t: Nanos) -> tuple[int | None, Rect | None]:
        scene = self._scenes[0] if self._scenes else None
        for later in self._scenes:
            scene = later if later.t <= t else scene
        window = scene.window(scene.focus) if scene else None
        return (window.id, window.inner) if window else (None, None)
