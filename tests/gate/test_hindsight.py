"""The second look: what must always hold (the streams in tests/streams show its behaviour)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import (
    SECOND,
    Button,
    Event,
    Focus,
    Frame,
    Gap,
    Geometry,
    Key,
    KeyClass,
    Kind,
    Move,
    Nanos,
    Note,
    Rect,
    Scroll,
)  # fmt: skip
from nodreel.gate.context import context_of
from nodreel.gate.gate import Drop, Held, Rules, admit
from nodreel.gate.hindsight import Hindsight
from nodreel.gate.timeline import Timeline
from nodreel.scene import Scene
from tests.scenes import APPS, MS, RULES, scene, window

FOCUS = st.sampled_from(["pad", "web", "term", None])
POPUPS = st.lists(st.sampled_from(["pad", "term"]), max_size=2)


@st.composite
def scenes(draw: st.DrawFn, t: int) -> Scene:
    tops = tuple(
        window(name, Rect(draw(st.integers(0, 600)), draw(st.integers(0, 400)), 90, 90),
               popup=True, ident=10 + n)
        for n, name in enumerate(draw(POPUPS))
    )  # fmt: skip
    stack = draw(st.permutations([window("pad"), window("web"), window("term")]))
    return scene(
        t,
        focus=draw(FOCUS),
        windows=(*stack, *tops),
        grabbed=draw(st.booleans()),
        locked=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def events(draw: st.DrawFn, t: int) -> Event:
    at, x, y = Nanos(t * MS), draw(st.integers(0, 799)), draw(st.integers(0, 599))
    synthetic = draw(st.booleans())
    press = draw(st.booleans())
    return draw(
        st.sampled_from(
            [
                Key(
                    at,
                    press,
                    KeyClass.CHARACTER,
                    draw(st.integers(10, 14)),
                    97,
                    synthetic=synthetic,
                ),
                Key(at, press, KeyClass.MODIFIER, 37, 1, synthetic=synthetic),
                Button(at, press, 1, x, y, synthetic=synthetic),
                Scroll(at, 0, 1, x, y, synthetic=synthetic),
                Move(at, x, y, synthetic=synthetic),
                Frame(at, at, 1, 800, 600, (), (), full=press),
                Note(at, "hello"),
                Focus(at, "pad"),
                Geometry(at, 1, 1, 1, ()),
                Gap(at, at),
            ]
        )
    )


@st.composite
def sessions(draw: st.DrawFn) -> list[Event | Scene]:
    t, out = 0, [draw(scenes(0))]
    for _ in range(draw(st.integers(0, 25))):
        t += draw(st.integers(1, 400))
        out.append(draw(scenes(t)) if draw(st.integers(0, 3)) == 0 else draw(events(t)))
    return out


def run(session: list[Event | Scene], rules: Rules) -> list[tuple[Event, Scene]]:
    """What is stored, each with the scene in force when it came in."""
    timeline, held = Timeline(), Held()
    hindsight = Hindsight(timeline, rules)
    waiting: list[tuple[Event, int]] = []
    for sensed in session:
        if isinstance(sensed, Scene):
            timeline.add(context_of(sensed, APPS))
        else:
            if isinstance(sensed, Key) and sensed.press:
                timeline.pressed(sensed.t)
            verdict = admit(sensed, timeline[timeline.last], rules, held)
            if not isinstance(verdict, Drop):
                waiting.append((verdict, timeline.last))
    out = [(e, timeline[n].scene) for event, n in waiting for e in hindsight.judge(event, n)]
    return out + [(e, timeline[timeline.last].scene) for e in hindsight.advance(Nanos(10**15))]


@given(sessions())
def test_nothing_outside_designated_is_ever_emitted(session: list[Event | Scene]) -> None:
    for event, now in run(session, RULES):
        if isinstance(event, Key) and event.press:
            assert event.app in ("pad", "web")
            assert not now.locked
            focus = now.window(now.focus)
            assert focus is not None
            assert focus.process is not None
            assert focus.process.exe == RULES.apps[event.app].exe
        if isinstance(event, Button | Scroll | Move) and not getattr(
            event, "released_unseen", False
        ):
            context = context_of(now, APPS)
            assert context.owner_at(event.x, event.y) == event.app or (
                isinstance(event, Button) and not event.press
            )
        if isinstance(event, Frame):
            assert context_of(now, APPS).open


@given(sessions())
def test_every_press_has_at_most_one_end_and_no_end_is_alone(session: list[Event | Scene]) -> None:
    down: set[tuple[str, int]] = set()
    stored = [event for event, _ in run(session, RULES)]
    for event in stored:
        if isinstance(event, Button):
            name = ("button", event.button)
        elif isinstance(event, Key) and event.keycode is not None:
            name = ("key", event.keycode)
        else:
            continue
        assert (name in down) != event.press, stored
        (down.add if event.press else down.remove)(name)


@given(sessions(), st.sets(st.sampled_from([Kind.POINTER, Kind.KEYS, Kind.SCREEN, Kind.TITLES])))
def test_only_the_kinds_that_were_ticked(session: list[Event | Scene], kinds: set[Kind]) -> None:
    rules = Rules(RULES.apps, frozenset(kinds), keep_synthetic=False)
    for event, _ in run(session, rules):
        assert not getattr(event, "synthetic", False)
        assert Kind.KEYS in kinds or not isinstance(event, Key)
        assert Kind.POINTER in kinds or not isinstance(event, Button | Scroll | Move)
        assert Kind.SCREEN in kinds or not isinstance(event, Frame)
        assert Kind.TITLES in kinds or not isinstance(event, Focus) or event.title is None


@given(sessions())
def test_what_comes_out_is_in_order(session: list[Event | Scene]) -> None:
    times = [event.t if not isinstance(event, Gap) else event.until
             for event, _ in run(session, RULES)]  # fmt: skip
    assert times == sorted(times)


def test_nothing_is_on_its_way_while_nothing_may_be_recorded() -> None:
    timeline = Timeline()
    for seen in (scene(0), scene(10, focus=None)):
        timeline.add(context_of(seen, APPS))
    timeline.shut(Nanos(5 * MS))
    timeline.reopen(Nanos(100 * MS))
    timeline.add(context_of(scene(110), APPS))
    told = Hindsight(timeline, RULES).advance(Nanos(SECOND))
    assert [type(event) for event in told] == [Geometry, Focus, Gap, Focus]


def test_characters_of_an_app_without_full_keys_lose_their_code() -> None:
    timeline = Timeline()
    timeline.add(context_of(scene(focus="web"), APPS))
    key = Key(Nanos(5), True, KeyClass.CHARACTER, 38, 97, modifiers=1, app="web")
    *_, kept = Hindsight(timeline, RULES).judge(key, 0)
    assert isinstance(kept, Key)
    assert (kept.keycode, kept.keysym, kept.modifiers, kept.group) == (None, None, 0, 0)
