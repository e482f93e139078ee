from __future__ import annotations

from nodreel.desktop.fake import empty_scene
from nodreel.desktop.x11.order import Order, RawButton
from nodreel.desktop.x11.pointer import BUTTON_PRESS, BUTTON_RELEASE, MOTION, Touch
from nodreel.events import MILLISECOND, Button, Key, KeyClass, Move, Nanos, Scroll
from nodreel.scene import Scene


def at(ms: int) -> Nanos:
    return Nanos(ms * MILLISECOND)


def key(ms: int) -> Key:
    return Key(at(ms), press=True, key_class=KeyClass.CHARACTER)


def touch(ms: int, kind: int = MOTION, button: int = 0, x: int = 1, y: int = 2) -> Touch:
    return Touch(at(ms), kind, button, x, y, 0)


def raw(ms: int, button: int = 1, *, press: bool = True, synthetic: bool = False) -> RawButton:
    return RawButton(at(ms), press, button, synthetic)


def order() -> Order:
    return Order(lambda t: t >= at(1000), 7, 8)


def test_two_streams_become_one() -> None:
    o = order()
    for item in (key(5), raw(9), key(9), raw(11, press=False)):
        o.tell(item)
    o.touches = [touch(4), touch(8), touch(9, BUTTON_PRESS, 1), touch(10), touch(11),
                 touch(11, BUTTON_RELEASE, 1), touch(12), touch(30)]  # fmt: skip
    out = o.take(4, at(20))
    shape = [(type(e), e.t // MILLISECOND) for e in out]
    assert shape == [(Move, 4), (Key, 5), (Move, 8), (Button, 9), (Key, 9), (Move, 10), (Move, 11),
                     (Button, 11), (Move, 12)]  # fmt: skip
    assert [t.t for t in o.touches] == [at(30)]


def test_keys_alone_need_no_path() -> None:
    o = order()
    assert not o.keys_only(0), "nothing was told: what waits in the server has to come"
    o.tell(key(5))
    assert o.keys_only(1)
    o.tell(raw(6))
    assert o.keys_only(1)
    assert not o.keys_only(2), "a button has a place, and what came before it comes before it"
    o.touches = [touch(4)]
    assert not o.keys_only(1), "a path that is there comes first"


def test_what_can_wait_and_what_cannot() -> None:
    o = order()
    assert o.patient
    for item in (key(5), raw(6, 4), raw(6, 4, press=False), raw(7, press=False)):
        o.tell(item)
    assert o.patient, "keys, a wheel, a button that was let go"
    o.tell(raw(8))
    assert not o.patient, "what lies under a click may soon be gone"
    o.told.pop()
    o.tell(empty_scene(at(9)))
    assert not o.patient, "a scene may close the door"


def test_a_button_that_is_here_has_all_that_was_before_it_with_it() -> None:
    o = order()
    for item in (key(5), raw(9), raw(11, press=False)):
        o.tell(item)
    assert not o.complete(1, list), "keys bring no path"
    assert not o.complete(2, lambda: [touch(8), touch(9, BUTTON_RELEASE, 1)])
    assert o.complete(2, lambda: [touch(9, BUTTON_PRESS, 1), touch(10)])
    assert not o.complete(3, list), "its release is still to come"
    assert o.complete(3, lambda: [touch(11, BUTTON_RELEASE, 1)])
    assert [t.t for t in o.touches] == [at(8), at(9), at(9), at(10), at(11)], "nothing is lost"
    o.tell(empty_scene(at(12)))
    assert not o.complete(4, list), "what was before a scene is not known to be here"


def test_two_buttons_of_a_moment_need_two_halves() -> None:
    o = order()
    o.tell(raw(5, 4))
    o.tell(raw(5, 4))
    assert not o.complete(2, lambda: [touch(5, BUTTON_PRESS, 4)])
    assert o.complete(2, lambda: [touch(5, BUTTON_PRESS, 4)])


def test_of_a_path_nobody_wants_the_end_and_the_clicks_are_left() -> None:
    o = order()
    o.touches = [touch(1), touch(2, BUTTON_PRESS, 1), touch(3)]
    assert o.leave_out([touch(4), touch(9), touch(10)], at(9))
    assert [t.t for t in o.touches] == [at(2), at(9), at(10)]
    assert not o.leave_out([], at(50))
    assert [t.t for t in o.touches] == [at(2), at(10)], "where the pointer is has to be known"


def test_only_what_is_certain_is_taken() -> None:
    o = order()
    o.tell(key(5))
    o.tell(key(6))
    assert [e.t for e in o.take(1, at(5))] == [at(5)]
    assert [e.t for e in o.take(1, at(6))] == [at(6)]


def test_a_button_waits_for_whose_hand_it_was() -> None:
    o = order()
    o.touches = [touch(4), touch(5, BUTTON_PRESS, 1), touch(6)]
    assert [type(e) for e in o.take(0, at(100))] == [Move]
    o.tell(raw(5, synthetic=False))
    button, move = o.take(1, at(100))
    assert isinstance(button, Button)
    assert not button.synthetic
    assert isinstance(move, Move)


def test_a_button_that_nobody_claims_counts_as_synthetic() -> None:
    o = order()
    o.touches = [touch(5, BUTTON_PRESS, 1)]
    (button,) = o.take(0, at(5000))
    assert isinstance(button, Button)
    assert button.synthetic


def test_a_button_the_pointer_did_not_tell_is_where_it_last_was() -> None:
    o = order()
    o.touches = [touch(4, x=30, y=40), touch(6, x=50, y=60)]
    o.tell(raw(5))
    before, button, after = o.take(1, at(100))
    assert isinstance(button, Button)
    assert (button.x, button.y) == (30, 40)
    assert (before.t, after.t) == (at(4), at(6))


def test_many_buttons_in_one_millisecond_keep_their_own() -> None:
    o = order()
    for press in (True, False, True, False):
        o.tell(raw(5, 4, press=press))
    kinds = (BUTTON_PRESS, BUTTON_RELEASE, BUTTON_PRESS, BUTTON_RELEASE)
    o.touches = [touch(5, kind, 4, x=i) for i, kind in enumerate(kinds)]
    out = o.take(4, at(9))
    assert [(type(e), e.x) for e in out if isinstance(e, Scroll)] == [(Scroll, 0), (Scroll, 2)]
    assert len(out) == 2


def test_a_left_handed_pair_still_finds_together() -> None:
    """Raw buttons have the number before the person's own mapping."""
    o = order()
    o.tell(raw(5, 3))
    o.touches = [touch(5, BUTTON_PRESS, 1)]
    (button,) = o.take(1, at(9))
    assert isinstance(button, Button)
    assert button.button == 1


def test_the_wheel_turns_four_ways() -> None:
    o = order()
    for n, button in enumerate((4, 5, 6, 7)):
        o.tell(raw(n, button))
        o.touches.append(touch(n, BUTTON_PRESS, button))
    out = o.take(4, at(9))
    assert [(e.dx, e.dy) for e in out if isinstance(e, Scroll)] == [
        (0, 1),
        (0, -1),
        (-1, 0),
        (1, 0),
    ]


def test_a_scene_is_never_later_than_what_follows_it() -> None:
    o = order()
    o.tell(empty_scene(at(10)))
    o.tell(raw(9))
    o.touches = [touch(9, BUTTON_PRESS, 1)]
    scene, button = o.take(2, at(20))
    assert isinstance(scene, Scene)
    assert scene.t == button.t == at(9)


def test_moves_say_whether_a_program_made_them() -> None:
    o = order()
    o.touches = [touch(999), touch(1000)]
    out = o.take(0, at(2000))
    assert [e.synthetic for e in out if isinstance(e, Move)] == [False, True]
