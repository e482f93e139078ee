from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.desktop.atspi.talk import AT_ONCE, MOST_TALKS, PATIENCE, Ask, Talks
from nodreel.events import Nanos

if TYPE_CHECKING:
    from nodreel.desktop.atspi.talk import Answer, Batch, Talk

T0 = Nanos(1000)
WHO = ":1.5"


class Wire:
    """Remembers what was asked; the test answers."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []
        self.talks = Talks(self.send)
        self.done: list[object] = []

    def send(self, ask: Ask) -> int:
        self.asked.append(ask)
        return len(self.asked)

    def start(self, talk: Talk[object]) -> None:
        self.talks.start(talk, T0, self.done.append)


def ask(member: str = "GetRole") -> Ask:
    return Ask(WHO, "/a", "org.a11y.atspi.Accessible", member)


def one(batch: Batch) -> Talk[tuple[Answer, ...]]:
    return (yield batch)


def test_a_batch_is_answered_in_its_own_order() -> None:
    wire = Wire()
    wire.start(one((ask("GetRole"), ask("GetState"))))
    wire.talks.answer(2, WHO, ("state",))
    assert wire.done == []
    wire.talks.answer(1, WHO, ("role",))
    assert wire.done == [(("role",), ("state",))]
    assert wire.talks.deadline is None


def test_only_who_was_asked_may_answer() -> None:
    wire = Wire()
    wire.start(one((ask(),)))
    wire.talks.answer(1, ":1.6", ("forged",))
    wire.talks.answer(7, WHO, ("nobody asked",))
    assert wire.done == []
    wire.talks.answer(1, WHO, None)
    assert wire.done == [(None,)]


def test_what_is_late_is_given_up_and_its_answer_ignored() -> None:
    wire = Wire()
    wire.start(one((ask(), ask())))
    wire.talks.answer(1, WHO, (1,))
    assert wire.talks.deadline == T0 + PATIENCE
    wire.talks.expire(Nanos(T0 + PATIENCE - 1))
    assert wire.done == []
    wire.talks.expire(Nanos(T0 + PATIENCE))
    assert wire.done == [None]
    wire.talks.answer(2, WHO, (2,))
    assert wire.done == [None]
    assert PATIENCE == 250_000_000


def test_few_questions_are_under_way_at_a_time() -> None:
    wire = Wire()
    wire.start(one(tuple(ask() for _ in range(AT_ONCE + 3))))
    assert len(wire.asked) == AT_ONCE
    wire.talks.answer(1, WHO, (1,))
    assert len(wire.asked) == AT_ONCE + 1


def test_late_questions_make_room_for_others() -> None:
    wire = Wire()
    wire.start(one(tuple(ask() for _ in range(AT_ONCE + 3))))
    wire.talks.start(one((ask("GetState"),)), Nanos(T0 + 5), wire.done.append)
    assert "GetState" not in {a.member for a in wire.asked}
    wire.talks.expire(Nanos(T0 + PATIENCE))
    assert "GetState" in {a.member for a in wire.asked}


def test_too_many_talks_are_refused() -> None:
    wire = Wire()
    for _ in range(MOST_TALKS):
        wire.start(one((ask(),)))
    wire.start(one((ask(),)))
    assert wire.done == [None]
    wire.talks.clear()
    assert wire.done == [None] * (MOST_TALKS + 1)


def test_what_cannot_be_said_counts_as_refused() -> None:
    done: list[object] = []
    talks = Talks(lambda _: 0)
    talks.start(one((ask(), ask())), T0, done.append)
    assert done == [(None, None)]


def test_an_empty_batch_goes_on_at_once() -> None:
    def talk() -> Talk[int]:
        yield ()
        return 5

    wire = Wire()
    wire.start(talk())
    assert wire.done == [5]
