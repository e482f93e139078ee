"""Menus, a combo box, a window switcher and a lock screen: what each shows of its grab."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from nodreel.events import MILLISECOND, Key, Nanos
from nodreel.scene import Scene
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodreel.desktop.x11.desktop import X11Desktop
    from nodreel.scene import Sensed
    from tests.bed.bed import App, Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

COMBO = """
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
w = Gtk.Window(title="combo 0")
c = Gtk.ComboBoxText()
for n in range(5):
    c.append_text(f"choice {n}")
c.set_active(0)
c.connect("changed", lambda c: w.set_title(f"combo {c.get_active()}"))
w.add(c)
w.show_all()
Gtk.main()
"""


class Walk:
    """Presses keys one by one and keeps what the desktop says."""

    def __init__(self, desktop: X11Desktop, hands: Injector) -> None:
        self._desktop, self._hands = desktop, hands
        desktop.flush()
        hands.sent.clear()
        self._start = desktop.scene()
        self.got: list[Sensed] = []

    def listen(self, until: Callable[[Scene], bool], what: str) -> None:
        """Take in events until the last scene is like that."""

        def done() -> bool:
            self.got += self._desktop.wait(Nanos(20 * MILLISECOND))
            return until(self._desktop.scene())

        wait_for(done, what)

    def press(self, *names: str) -> None:
        for name in names:
            self._hands.tap(name)
            self.got += self._desktop.wait(Nanos(20 * MILLISECOND))

    def finish(self) -> None:
        """Check that each key came, both ways, in order."""
        self.got += self._desktop.flush()[0]
        keys = [(e.keycode, e.press) for e in self.got if isinstance(e, Key)]
        assert keys == [(s.detail, s.kind == 2) for s in self._hands.sent]

    def scene_at(self, key: int) -> Scene:
        """The scene that the n-th key fell into (0 is the first)."""
        keys = [i for i, e in enumerate(self.got) if isinstance(e, Key)]
        return [self._start, *(e for e in self.got[: keys[key]] if isinstance(e, Scene))][-1]


@pytest.fixture
def apps(bed: Bed) -> Iterator[list[App]]:
    started: list[App] = []
    yield started
    for app in started:
        app.stop()


def popup_of(scene: Scene) -> bool:
    """Whether the focused app has a popup open: the mark of a menu."""
    front = scene.window(scene.focus)
    return front is not None and any(
        w.popup and w.process == front.process and w.process is not None for w in scene.windows
    )


@pytest.mark.parametrize(
    ("program", "title", "opener"),
    [(("mousepad",), "Mousepad", "F10"), (("featherpad",), "Untitled", "Alt_L+f")],
)
def test_every_key_of_a_walk_through_a_menu_comes(  # noqa: PLR0917 - fixtures
    bed: Bed, desktop: X11Desktop, hands: Injector, windows: Windows, apps: list[App],
    program: tuple[str, ...], title: str, opener: str,
) -> None:  # fmt: skip
    apps.append(bed.start(*program))
    window = windows.wait(title, apps[0].pid)
    windows.activate(window.id)
    walk = Walk(desktop, hands)
    walk.listen(lambda s: s.focus == window.id and not s.grabbed, "the focus")
    hands.tap(*opener.split("+"))
    walk.listen(lambda s: s.grabbed and popup_of(s), "the menu with its grab")
    walk.press("Down", "Down", "Up", "Right", "Left")
    walk.listen(lambda s: s.grabbed, "still a menu")
    walk.press("Escape", "Escape", "Escape")
    walk.listen(lambda s: not s.grabbed and not popup_of(s), "the menu's end")
    walk.press("F5")
    walk.finish()
    assert all(e.focus in {None, window.id} for e in walk.got if isinstance(e, Scene))


def test_every_key_in_a_combo_box_comes(
    bed: Bed, desktop: X11Desktop, hands: Injector, windows: Windows, apps: list[App]
) -> None:
    apps.append(bed.start("/usr/bin/python3", "-c", COMBO))
    window = windows.wait("combo 0", apps[0].pid)
    windows.activate(window.id)
    walk = Walk(desktop, hands)
    walk.listen(lambda s: s.focus == window.id and not s.grabbed, "the focus")
    walk.press("space")
    walk.listen(lambda s: s.grabbed and popup_of(s), "the list with its grab")
    walk.press("Down", "Down", "Return")
    windows.wait("combo 2")
    walk.listen(lambda s: not s.grabbed, "the list's end")
    walk.finish()


def test_the_switcher_grabs_and_every_key_comes_in_pairs(
    bed: Bed, desktop: X11Desktop, hands: Injector, windows: Windows, apps: list[App]
) -> None:
    for name in ("first", "second"):
        apps.append(bed.start("xterm", "-T", name, "-e", "sleep", "1000"))
        windows.activate(windows.wait(name).id)
    first, second = windows.wait("first").id, windows.wait("second").id
    walk = Walk(desktop, hands)
    walk.listen(lambda s: s.focus == second, "the second")
    hands.key_down("Alt_L")
    hands.tap("Tab")
    walk.listen(lambda s: s.grabbed, "the switcher's grab")
    hands.tap("Tab")
    hands.tap("Tab")
    hands.key_up("Alt_L")
    walk.listen(lambda s: s.focus == first and not s.grabbed, "the first")
    walk.finish()
    assert walk.scene_at(1).grabbed is False  # the first Tab opens the switcher
    assert walk.scene_at(3).grabbed is True


def test_a_lock_screen_is_told_before_any_key_typed_into_it(
    bed: Bed, desktop: X11Desktop, hands: Injector, windows: Windows, apps: list[App]
) -> None:
    apps.append(bed.start("xterm", "-T", "work", "-e", "sleep", "1000"))
    windows.activate(windows.wait("work").id)
    walk = Walk(desktop, hands)
    apps.append(bed.start("i3lock", "-n", "-c", "336699"))
    wait_for(lambda: keyboard_is_grabbed(desktop), "the lock")
    hands.sent.clear()
    for sign in "hunter2":
        hands.tap(sign)
    walk.finish()
    for n in range(14):
        scene = walk.scene_at(n)
        assert scene.grabbed
        assert not popup_of(scene)


def keyboard_is_grabbed(desktop: X11Desktop) -> bool:
    return desktop._picture.focus.ask()[1]


def test_a_grab_from_before_we_looked_is_known(
    bed: Bed, on_bed: Bed, desktop: X11Desktop, apps: list[App], windows: Windows
) -> None:
    from nodreel.desktop.x11.desktop import X11Desktop as Late

    apps.append(bed.start("xterm", "-T", "work", "-e", "sleep", "1000"))
    windows.activate(windows.wait("work").id)
    apps.append(bed.start("i3lock", "-n", "-c", "336699"))
    wait_for(lambda: keyboard_is_grabbed(desktop), "the lock")
    late = Late()
    assert late.scene().grabbed
    late.close()


def test_asking_about_a_grab_grabs_nothing(desktop: X11Desktop, bed: Bed, hands: Injector) -> None:
    for _ in range(20):
        desktop.scene()
    out = bed.folder / "free"
    app = bed.start("xterm", "-e", "sh", "-c", f"read -r a; echo $a > {out}")
    end = time.monotonic() + 20
    while not out.exists() and time.monotonic() < end:
        hands.type("x\n")
        time.sleep(0.02)
    assert out.exists()
    app.stop()
