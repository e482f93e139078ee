"""What every Accessibility promises, as one suite: subclass it and give it a ``form``.

The form is a window with a text field "User name", a password field "Password", both at known
places, and a toggle that shows the password.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from nodreel.events import SECOND, Cause, Element, Nanos
from nodreel.rects import contains, intersect
from nodreel.scene import Field, Verdict
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.desktop.base import Accessibility
    from nodreel.events import Rect
    from nodreel.scene import Window

USER, PASSWORD = "User name", "Password"


class Form(Protocol):
    """An app, somebody who uses it, and what is fed about it."""

    accessibility: Accessibility
    fed: list[Field | Element]

    def window(self) -> Window:
        """Its window as it is now."""

    def stranger(self) -> Window:
        """A window of another program that says nothing."""

    def place(self, name: str) -> Rect:
        """Where a control lies on the desktop."""

    def focus(self, name: str) -> None:
        """Give a control the keyboard."""

    def reveal(self) -> None:
        """Show the password in clear."""

    def move(self) -> None:
        """Put the window elsewhere."""


def now() -> Nanos:
    return Nanos(time.monotonic_ns())


def covers(mask: Rect, rect: Rect) -> bool:
    return intersect(mask, rect) == rect


class AccessibilityContract:
    """Every backend passes these, the fake included."""

    def fields(self, form: Form) -> list[Field]:
        return [f for f in form.fed if isinstance(f, Field)]

    def last(self, form: Form) -> Field | None:
        return next(reversed(self.fields(form)), None)

    def until(self, form: Form, what: Callable[[Field], bool]) -> Field:
        def there() -> Field | None:
            last = self.last(form)
            return last if last is not None and what(last) else None

        return wait_for(there, f"a field, after {self.fields(form)[-3:]}")

    def attend(self, form: Form) -> None:
        form.accessibility.attend(form.window(), now())
        self.until(form, lambda f: f.verdict is not Verdict.UNKNOWN)

    def test_an_attended_window_is_unknown_first(self, form: Form) -> None:
        form.focus(USER)
        t = now()
        form.accessibility.attend(form.stranger(), t)
        wait_for(lambda: self.fields(form) or None, "a field")
        first = self.fields(form)[0]
        assert (first.verdict, first.rect) == (Verdict.UNKNOWN, None)
        assert first.since <= first.t
        assert first.t >= t

    def test_a_text_field_is_clear_from_when_that_was_known(self, form: Form) -> None:
        form.focus(USER)
        before = now()
        self.attend(form)
        clear = self.until(form, lambda f: f.verdict is Verdict.CLEAR)
        process = form.window().process
        assert process is not None
        assert clear.pid == process.pid
        assert clear.rect == form.place(USER)
        assert before <= clear.since <= clear.t

    def test_a_password_field_is_secret_and_was_so_before(self, form: Form) -> None:
        form.focus(USER)
        self.attend(form)
        form.focus(PASSWORD)
        secret = self.until(form, lambda f: f.verdict is Verdict.SECRET)
        assert secret.rect == form.place(PASSWORD)
        assert secret.since <= secret.t - SECOND
        form.focus(USER)
        clear = self.until(form, lambda f: f.verdict is Verdict.CLEAR)
        assert clear.since >= secret.t

    def test_password_fields_in_sight_are_masked(self, form: Form) -> None:
        form.focus(USER)
        self.attend(form)
        seen = self.until(form, lambda f: bool(f.masks))
        assert any(covers(mask, form.place(PASSWORD)) for mask in seen.masks)
        assert not any(covers(mask, form.place(USER)) for mask in seen.masks)

    def test_a_password_shown_in_clear_is_still_one(self, form: Form) -> None:
        form.focus(PASSWORD)
        self.attend(form)
        self.until(form, lambda f: f.verdict is Verdict.SECRET)
        form.reveal()
        form.focus(PASSWORD)
        seen = self.until(form, lambda f: f.verdict is Verdict.SECRET)
        assert any(covers(mask, form.place(PASSWORD)) for mask in seen.masks)

    def test_what_has_the_keyboard_is_said_again_when_something_happened(self, form: Form) -> None:
        form.focus(USER)
        self.attend(form)
        count = len(self.fields(form))
        form.accessibility.note(now())
        wait_for(lambda: len(self.fields(form)) > count, "another field")

    def test_masks_move_with_the_window(self, form: Form) -> None:
        form.focus(USER)
        self.attend(form)
        self.until(form, lambda f: bool(f.masks))
        form.move()
        form.accessibility.attend(form.window(), now())
        self.until(form, lambda f: any(covers(m, form.place(PASSWORD)) for m in f.masks))

    def test_a_program_that_says_nothing_is_unknown(self, form: Form) -> None:
        stranger = form.stranger()
        form.accessibility.attend(stranger, now())
        assert stranger.process is not None
        self.until(form, lambda f: f.pid == stranger.process.pid)
        form.focus(USER)
        form.focus(PASSWORD)
        form.accessibility.attend(form.window(), now())
        self.until(form, lambda f: f.verdict is Verdict.SECRET)
        strangers = [f for f in self.fields(form) if f.pid == stranger.process.pid]
        assert {f.verdict for f in strangers} == {Verdict.UNKNOWN}

    def test_nothing_is_heard_of_a_program_that_is_not_attended(self, form: Form) -> None:
        form.focus(USER)
        self.attend(form)
        form.accessibility.attend(form.stranger(), now())
        own = form.stranger().process
        assert own is not None
        self.until(form, lambda f: f.pid == own.pid)
        form.fed.clear()
        form.focus(PASSWORD)
        form.focus(USER)
        form.accessibility.attend(None, now())
        form.focus(PASSWORD)
        assert [e for e in form.fed if isinstance(e, Element)] == []
        assert {f.pid for f in self.fields(form)} <= {own.pid}

    def clicked(self, form: Form, name: str) -> Element:
        rect, t = form.place(name), now()
        form.accessibility.point(t, rect.x + rect.w // 2, rect.y + rect.h // 2)

        def found() -> Element | None:
            clicks = (e for e in form.fed if isinstance(e, Element) and e.cause is Cause.CLICK)
            return next((e for e in clicks if e.t == t), None)

        return wait_for(found, f"the element at {name}")

    def test_a_click_has_an_element(self, form: Form) -> None:
        form.focus(USER)
        self.attend(form)
        element = self.clicked(form, USER)
        assert (element.role, element.name, element.app) == ("text", USER, "")
        assert element.rect is not None
        assert contains(element.rect, form.place(USER).x, form.place(USER).y)

    def test_a_secret_field_has_no_name(self, form: Form) -> None:
        form.focus(PASSWORD)
        self.attend(form)
        element = self.clicked(form, PASSWORD)
        assert (element.role, element.name, element.states) == ("password", "", ())

    def test_what_gets_the_keyboard_is_an_element(self, form: Form) -> None:
        form.focus(USER)
        self.attend(form)
        form.focus(PASSWORD)
        form.focus(USER)

        def told() -> list[Element] | None:
            found = [e for e in form.fed if isinstance(e, Element) and e.cause is Cause.FOCUS]
            return found if any(e.name == USER for e in found) else None

        found = wait_for(told, "the elements")
        assert PASSWORD not in {e.name for e in found}

    def test_fields_come_in_order(self, form: Form) -> None:
        form.focus(USER)
        self.attend(form)
        for name in (PASSWORD, USER, PASSWORD, USER):
            form.focus(name)
        self.until(form, lambda f: f.verdict is Verdict.CLEAR)
        times = [f.t for f in self.fields(form)]
        assert times == sorted(times)
        assert all(f.since <= f.t for f in self.fields(form))

    def test_closing_twice_and_asking_too_late_do_no_harm(self, form: Form) -> None:
        form.focus(USER)
        self.attend(form)
        form.accessibility.close()
        form.accessibility.close()
        form.fed.clear()
        form.accessibility.attend(form.window(), now())
        form.accessibility.point(now(), 1, 1)
        assert form.fed == []
