from __future__ import annotations

from typing import Any

import pytest

from nodreel.desktop.atspi.ask import Ref, Seen, look_at
from nodreel.desktop.atspi.elements import Elements
from nodreel.desktop.atspi.words import FOCUSED, SHOWING
from nodreel.events import MILLISECOND, Cause, Element, Nanos, Rect
from tests.desktop.atspi.stand import APP, TYPED, Stand

AT = (120, 115)


class Told:
    """Elements over a written app."""

    def __init__(self) -> None:
        self.stand = Stand()
        self.fed: list[Element] = []
        self.elements = Elements(self.fed.append, self.stand.clock)
        self.stand.window()
        self.elements.begin(self.stand.attended())
        self.elements.joined(self.stand.talks)

    def see(self, path: str) -> Seen:
        found: list[Any] = []
        self.stand.talks.start(look_at(Ref(APP, path)), self.stand.clock(), found.append)
        self.stand.run()
        seen: Seen = found[0]
        return seen

    def settle(self, path: str) -> None:
        self.elements.settled(self.see(path), self.stand.clock())
        self.stand.run()

    def click(self, x: int = AT[0], y: int = AT[1]) -> Element | None:
        before = len(self.fed)
        self.stand.now += 10 * MILLISECOND
        self.elements.point(self.stand.clock(), x, y)
        self.stand.run()
        return self.fed[-1] if len(self.fed) > before else None


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_click_finds_the_innermost_object(told: Told) -> None:
    told.stand.put("/panel", 39, box=(100, 100, 300, 100), parent="/w")
    told.stand.put("/button", 43, name="Save", parent="/panel", states=(SHOWING, FOCUSED))
    element = told.click()
    assert element == Element(
        told.stand.clock(), Cause.CLICK, "button", "Save", Rect(110, 110, 100, 20), ("focused",)
    )


def test_a_text_field_has_the_name_of_its_label(told: Told) -> None:
    told.stand.put("/field", 61, name="what was typed", parent="/w", states=TYPED, label="/l")
    told.stand.put("/l", 29, name="City", parent="/w", box=(0, 0, 1, 1))
    element = told.click()
    assert element is not None
    assert (element.role, element.name) == ("text", "City")


def test_a_secret_field_has_nothing(told: Told) -> None:
    told.stand.put("/field", 40, name="hunter2", parent="/w", states=TYPED, label="/l")
    told.stand.put("/l", 29, name="PIN", parent="/w", box=(0, 0, 1, 1))
    element = told.click()
    assert element is not None
    assert (element.role, element.name, element.states, element.path) == ("password", "", (), ())
    told.stand.things["/field"].role = 61
    again = told.click()
    assert again is not None
    assert (again.role, again.name) == ("password", "")


@pytest.mark.parametrize("role", [60, 73, 82, 95, 116])
def test_content_is_no_name(told: Told, role: int) -> None:
    told.stand.put("/text", role, name="Dear Ms Smith, your results", parent="/w")
    element = told.click()
    assert element is not None
    assert element.name == ""


def test_a_dropdown_box_has_no_value_only_a_label(told: Told) -> None:
    told.stand.put("/combo", 11, name="Diabetes", parent="/w")
    element = told.click()
    assert element is not None
    assert (element.role, element.name) == ("combo box", "")
    told.stand.things["/combo"].label = "/l"
    told.stand.put("/l", 29, name="Illness", parent="/w", box=(0, 0, 1, 1))
    labelled = told.click()
    assert labelled is not None
    assert labelled.name == "Illness"


def put_menu(told: Told) -> None:
    told.stand.put("/file", 33, name="File", parent="/w", box=(100, 100, 40, 20))
    told.stand.put("/recent", 33, name="Recent", parent="/file", box=(100, 120, 80, 20))
    told.stand.put("/notes", 35, name="Notes", parent="/recent", box=(180, 120, 80, 20))


def test_a_menu_item_has_the_path_that_leads_to_it(told: Told) -> None:
    put_menu(told)
    told.settle("/notes")
    assert told.fed[-1].cause is Cause.FOCUS
    told.stand.things["/notes"].states = ()  # it closed as soon as it was clicked
    element = told.click(200, 125)
    assert element is not None
    assert (element.cause, element.role, element.name) == (Cause.CLICK, "menu item", "Notes")
    assert element.path == ("File", "Recent", "Notes")
    assert element.rect == Rect(180, 120, 80, 20)


def test_after_a_menu_closed_the_window_counts_again(told: Told) -> None:
    put_menu(told)
    told.settle("/notes")
    told.stand.put("/button", 43, name="Under", parent="/w", box=(180, 120, 80, 20))
    told.stand.things["/notes"].states = ()
    told.elements.activated()
    element = told.click(200, 125)
    assert element is not None
    assert element.name == "Under"


def test_a_list_item_that_is_gone_is_not_what_was_clicked(told: Told) -> None:
    told.stand.put("/list", 31, parent="/w")
    told.stand.put("/row", 32, name="Old", parent="/list")
    told.settle("/row")
    told.stand.things["/row"].states = ()
    told.stand.things["/row"].box = (0, 0, 0, 0)
    told.stand.put("/button", 43, name="New", parent="/w")
    element = told.click()
    assert element is not None
    assert element.name == "New"


def test_what_a_click_opened_is_not_what_was_clicked(told: Told) -> None:
    told.stand.put("/combo", 11, name="Invoice", parent="/w", label="/l")
    told.stand.put("/l", 29, name="Kind", parent="/w", box=(0, 0, 1, 1))
    told.stand.put("/popup", 69, box=(110, 110, 100, 60))
    told.stand.put("/inside", 35, name="Invoice", parent="/popup", box=(110, 110, 100, 20))
    told.stand.put("/menu", 33, parent="/combo")
    told.stand.put("/item", 35, name="Invoice", parent="/menu")
    element = told.click()
    assert element is not None
    assert (element.role, element.name) == ("combo box", "Kind")


def test_in_an_open_menu_the_popup_counts_until_something_else_has_the_keyboard(told: Told) -> None:
    put_menu(told)
    told.stand.put("/popup", 69, box=(100, 120, 80, 40))
    told.stand.put("/there", 35, name="Recent", parent="/popup", box=(100, 120, 80, 20))
    told.stand.put("/row", 32, name="Row", parent="/w", box=(0, 0, 9, 9))
    told.stand.put("/under", 29, name="Under", parent="/w", box=(100, 120, 80, 20))
    told.settle("/file")
    element = told.click(120, 125)
    assert element is not None
    assert element.name == "Recent"
    told.settle("/row")  # the menu closed, the list has the keyboard again
    after = told.click(120, 125)
    assert after is not None
    assert after.name == "Under"


def test_a_row_is_named_by_the_label_in_it(told: Told) -> None:
    told.stand.put("/row", 32, parent="/w")
    told.stand.put("/words", 29, name="First", parent="/row", box=(0, 0, 1, 1))
    element = told.click()
    assert element is not None
    assert (element.role, element.name, element.path) == ("list item", "First", ())


def test_a_dropdown_that_opens_over_its_box_is_what_was_clicked(told: Told) -> None:
    told.stand.put("/combo", 11, name="Invoice", parent="/w", label="/l")
    told.stand.put("/l", 29, name="Kind", parent="/w", box=(0, 0, 1, 1))
    told.stand.put("/list", 31, parent="/combo", box=(0, 0, 1, 1))
    told.stand.put("/row", 32, name="Invoice", parent="/list")
    told.settle("/row")
    told.stand.now += MILLISECOND
    told.settle("/list")
    told.elements.activated()
    element = told.click()
    assert element is not None
    assert (element.role, element.path) == ("list item", ("Kind", "Invoice"))
    told.stand.now += MILLISECOND
    told.settle("/combo")
    after = told.click()
    assert after is not None
    assert (after.role, after.name) == ("combo box", "Kind")


def test_a_dropdown_that_tells_nothing_of_its_rows_is_looked_into(told: Told) -> None:
    told.stand.put("/combo", 11, name="Invoice", parent="/w", label="/l")
    told.stand.put("/l", 29, name="Kind", parent="/w", box=(0, 0, 1, 1))
    told.stand.put("/list", 31, parent="/combo", box=(110, 110, 100, 60))
    told.stand.put("/row", 32, name="Invoice", parent="/list")
    told.stand.things["/combo"].box = (110, 110, 100, 20)
    told.settle("/list")
    told.elements.activated()
    element = told.click()
    assert element is not None
    assert (element.role, element.path) == ("list item", ("Kind", "Invoice"))
    told.stand.things["/list"].box = (0, 0, 0, 0)  # closed
    told.stand.things["/row"].box = (0, 0, 0, 0)
    after = told.click()
    assert after is not None
    assert (after.role, after.name) == ("combo box", "Kind")


def test_where_a_toolkit_stops_early_the_focused_field_is_closer(told: Told) -> None:
    told.stand.put("/tabs", 38, parent="/w", box=(100, 100, 300, 200))
    told.stand.put("/text", 61, name="Notes", parent="/hidden", states=TYPED)
    told.settle("/text")
    element = told.click()
    assert element is not None
    assert (element.role, element.name) == ("text", "Notes")
    told.stand.put("/viewport", 20, parent="/tabs", states=(SHOWING, FOCUSED))
    told.stand.things["/viewport"].parent = "/text"
    told.stand.things["/text"].parent = "/tabs"
    inside = told.click()
    assert inside is not None
    assert inside.name == "Notes"
    beside = told.click(300, 250)
    assert beside is not None
    assert beside.role == "tab list"


def test_a_click_into_nothing_has_no_element(told: Told) -> None:
    assert told.click(5000, 5000) is None
    told.stand.things.clear()
    assert told.click() is None


def test_an_answer_after_the_deadline_is_too_late(told: Told) -> None:
    told.stand.put("/button", 43, name="Save", parent="/w")
    told.stand.silent = True
    told.elements.point(told.stand.clock(), *AT)
    told.stand.later(251)
    told.stand.silent = False
    told.stand.run()
    assert told.fed == []
    told.elements.point(Nanos(told.stand.clock() - 260 * MILLISECOND), *AT)
    told.stand.run()
    assert told.fed == []


def test_a_click_that_brings_a_window_to_the_front_is_asked_once_it_is(told: Told) -> None:
    told.stand.put("/button", 43, name="Save", parent="/w")
    told.elements.begin(None)
    t = told.stand.clock()
    told.elements.point(t, *AT)
    told.elements.begin(told.stand.attended())
    told.stand.now += 80 * MILLISECOND
    told.elements.joined(told.stand.talks)
    told.stand.run()
    assert [(e.t, e.name) for e in told.fed] == [(t, "Save")]


def test_endless_nesting_ends(told: Told) -> None:
    told.stand.things["/w"].parent = "/w"
    parent = "/w"
    for number in range(100):
        told.stand.put(f"/{number}", 39, parent=parent)
        parent = f"/{number}"
    told.stand.put("/w2", 23, box=(100, 100, 400, 300))
    told.stand.things["/0"].parent = "/w2"
    before = len(told.stand.asked)
    told.click()
    assert len(told.stand.asked) - before < 60


def test_the_same_focus_said_twice_is_one_element(told: Told) -> None:
    told.stand.put("/button", 43, name="Save", parent="/w")
    told.settle("/button")
    told.stand.now += 20 * MILLISECOND
    told.settle("/button")
    assert [e.name for e in told.fed] == ["Save"]


def test_in_a_rush_only_the_newest_focus_is_described(told: Told) -> None:
    seen = []
    for number in range(10):
        told.stand.put(f"/{number}", 61, name=str(number), parent="/w", states=TYPED)
        seen.append(told.see(f"/{number}"))
    told.stand.silent = True
    for one in seen:
        told.stand.now += MILLISECOND
        told.elements.settled(one, told.stand.clock())
    told.stand.silent = False
    told.stand.run()
    assert [e.name for e in told.fed] == ["0", "9"]
