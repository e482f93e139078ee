"""What every Desktop promises, as one suite: subclass it and give it a ``stage``."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from nodreel.events import MILLISECOND, SECOND, Button, Geometry, Key, Nanos, Rect
from nodreel.scene import Damage, Scene

if TYPE_CHECKING:
    from nodreel.desktop.base import Desktop
    from nodreel.scene import Sensed

NOW = Nanos(0)
SOON = Nanos(5 * SECOND)
RED, BLUE = 0xCC0000, 0x0000CC
AREA = Rect(200, 150, 300, 200)


class Stage(Protocol):
    """A desktop and somebody who uses it."""

    desktop: Desktop

    def tap(self) -> None:
        """Press and release one key."""

    def click(self, x: int, y: int) -> None:
        """Press and release the left button there."""

    def show(self, area: Rect, colour: int) -> int:
        """Put a window on top and draw it; return its id."""

    def draw(self, window: int, colour: int) -> None:
        """Draw the whole window in one colour."""

    def remove(self, window: int) -> None:
        """Take the window away."""


def collect(desktop: Desktop, count: int, kinds: tuple[type, ...]) -> list[Sensed]:
    """Wait until that many of these kinds have come; return everything that came."""
    out: list[Sensed] = []
    end = time.monotonic() + 10
    while sum(isinstance(e, kinds) for e in out) < count:
        assert time.monotonic() < end, out
        out += desktop.wait(Nanos(50 * MILLISECOND))
    return out


def colour_of(data: bytes | memoryview) -> set[int]:
    """The colours in BGRX bytes, as 0xRRGGBB."""
    pixels = memoryview(data).cast("I")
    return {p & 0xFFFFFF for p in set(pixels)}


class DesktopContract:
    """Every backend passes these, the fake included."""

    def test_starts_with_the_shape_of_the_desktop_and_a_scene(self, stage: Stage) -> None:
        first = stage.desktop.wait(SOON)
        assert [type(e) for e in first[:2]] == [Geometry, Scene]
        geometry, scene = first[:2]
        assert isinstance(geometry, Geometry)
        assert isinstance(scene, Scene)
        assert (geometry.width, geometry.height) == (scene.width, scene.height)
        assert scene.monitors == geometry.monitors
        assert not scene.locked

    def test_tells_who_else_is_there(self, stage: Stage) -> None:
        company = stage.desktop.company()
        assert company is not None
        assert not company.remote
        assert all(isinstance(program, str) for program in company.programs)

    def test_waiting_ends_with_the_timeout(self, stage: Stage) -> None:
        stage.desktop.flush()
        assert stage.desktop.wait(Nanos(5 * MILLISECOND)) == []

    def test_waiting_ends_when_another_thread_wakes_it(self, stage: Stage) -> None:
        stage.desktop.flush()
        waker = threading.Timer(0.05, stage.desktop.wake)
        waker.start()
        began = time.monotonic()
        while time.monotonic() - began < 0.04:
            stage.desktop.wait(Nanos(60 * SECOND))
        waker.join()
        assert time.monotonic() - began < 30

    def test_what_happens_comes_once_in_order_and_without_an_app(self, stage: Stage) -> None:
        stage.desktop.flush()
        for _ in range(5):
            stage.tap()
            stage.click(700, 700)
        got = [e for e in collect(stage.desktop, 20, (Key, Button)) if not isinstance(e, Scene)]
        got += [e for e in stage.desktop.flush()[0] if not isinstance(e, Scene)]
        pressed = [(type(e), e.press) for e in got if isinstance(e, Key | Button)]
        assert pressed == [(k, p) for _ in range(5) for k in (Key, Button) for p in (True, False)]
        assert [e.t for e in got] == sorted(e.t for e in got)
        assert all(e.app == "" for e in got if isinstance(e, Key | Button))

    def test_while_nobody_listens_closely_every_key_and_click_comes_all_the_same(
        self, stage: Stage
    ) -> None:
        stage.desktop.flush()
        stage.desktop.listen(closely=False)
        for _ in range(5):
            stage.tap()
            stage.click(700, 700)
        got = collect(stage.desktop, 20, (Key, Button))
        stage.desktop.listen(closely=True)
        got += stage.desktop.flush()[0]
        pressed = [(type(e), e.press) for e in got if isinstance(e, Key | Button)]
        assert pressed == [(k, p) for _ in range(5) for k in (Key, Button) for p in (True, False)]

    def test_nothing_older_than_a_flush_comes_after_it(self, stage: Stage) -> None:
        stage.tap()
        first, until = stage.desktop.flush()
        stage.tap()
        later, _ = stage.desktop.flush()
        keys = [e for e in [*first, *later] if isinstance(e, Key)]
        assert len(keys) == 4
        assert all(e.t >= until for e in later if isinstance(e, Key))
        assert until <= time.monotonic_ns()

    def test_what_nobody_fetched_was_not_heard(self, stage: Stage) -> None:
        stage.desktop.flush()
        stage.desktop.wait(NOW)
        before = time.monotonic_ns()
        stage.tap()
        assert stage.desktop.heard() <= before
        got: list[Sensed] = []
        ending = threading.Event()

        def listen() -> None:
            while not ending.is_set():
                got.extend(stage.desktop.wait(SOON))

        listener = threading.Thread(target=listen)
        listener.start()
        end = time.monotonic() + 10
        while stage.desktop.heard() <= before:
            assert time.monotonic() < end
        assert len([e for e in got if isinstance(e, Key)]) == 2
        ending.set()
        stage.desktop.wake()
        listener.join(10)
        assert not listener.is_alive()

    def test_a_scene_comes_before_what_happened_in_it(self, stage: Stage) -> None:
        stage.desktop.flush()
        window = stage.show(AREA, RED)
        stage.click(300, 250)
        got = collect(stage.desktop, 2, (Button,))
        at = next(i for i, e in enumerate(got) if isinstance(e, Button))
        scenes = [e for e in got[:at] if isinstance(e, Scene)]
        assert scenes
        seen = scenes[-1].window(window)
        assert seen is not None
        assert seen.inner == AREA
        assert scenes[-1].t <= got[at].t

    def test_the_scene_now_knows_who_made_each_window(self, stage: Stage) -> None:
        window = stage.show(AREA, RED)
        seen = stage.desktop.scene().window(window)
        assert seen is not None
        assert seen.process is not None
        assert seen.process.pid > 0
        stage.remove(window)
        assert stage.desktop.scene().window(window) is None

    def test_only_watched_windows_report_what_is_drawn(self, stage: Stage) -> None:
        watched = stage.show(AREA, RED)
        other = stage.show(Rect(600, 150, 100, 100), RED)
        stage.desktop.scene()
        stage.desktop.watch([watched])
        stage.desktop.flush()
        stage.desktop.damaged(watched)
        stage.draw(other, BLUE)
        stage.draw(watched, BLUE)
        got = collect(stage.desktop, 1, (Damage,))
        assert {e.window for e in got if isinstance(e, Damage)} == {watched}

    def test_damage_is_told_once_until_it_is_taken(self, stage: Stage) -> None:
        window = stage.show(AREA, RED)
        stage.desktop.scene()
        stage.desktop.watch([window])
        stage.desktop.flush()
        stage.desktop.damaged(window)
        for _ in range(2):
            stage.draw(window, BLUE)
            stage.draw(window, RED)
            got = collect(stage.desktop, 1, (Damage,)) + list(stage.desktop.flush()[0])
            assert sum(isinstance(e, Damage) for e in got) == 1
            assert list(stage.desktop.damaged(window)) != []
            assert list(stage.desktop.damaged(window)) == []

    def test_nothing_is_told_of_a_window_let_go(self, stage: Stage) -> None:
        window = stage.show(AREA, RED)
        stage.desktop.scene()
        stage.desktop.watch([window])
        stage.desktop.flush()
        stage.desktop.watch([])
        stage.draw(window, BLUE)
        assert not any(isinstance(e, Damage) for e in stage.desktop.flush()[0])
        assert stage.desktop.damaged(window) == []
        assert stage.desktop.grab(window, [AREA]) == []

    def test_pixels_are_the_windows_own_and_end_at_its_edge(self, stage: Stage) -> None:
        window = stage.show(AREA, RED)
        stage.desktop.scene()
        stage.desktop.watch([window])
        stage.draw(window, RED)
        before = time.monotonic_ns()
        (whole,) = stage.desktop.grab(window, [Rect(0, 0, 1920, 1080)])
        assert (whole.window, whole.rect) == (window, AREA)
        assert len(whole.data) == 4 * AREA.w * AREA.h
        assert colour_of(whole.data) == {RED}
        assert before <= whole.t <= whole.done <= time.monotonic_ns()
        parts = stage.desktop.grab(window, [Rect(190, 150, 20, 5), Rect(900, 900, 5, 5)])
        assert [p.rect for p in parts] == [Rect(200, 150, 10, 5)]

    def test_a_window_that_is_gone_yields_nothing(self, stage: Stage) -> None:
        window = stage.show(AREA, RED)
        stage.desktop.scene()
        stage.desktop.watch([window])
        stage.remove(window)
        assert stage.desktop.scene().window(window) is None
        assert stage.desktop.grab(window, [AREA]) == []
        assert stage.desktop.damaged(window) == []
        stage.desktop.watch([window, 0x7FFFFF])

    def test_closing_twice_and_waking_too_late_do_no_harm(self, stage: Stage) -> None:
        stage.desktop.close()
        stage.desktop.close()
        stage.desktop.wake()
