"""Each question to the senses says off unless something speaks for on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.agent.senses import FOREIGN, interlocks
from nodreel.errors import StoreError
from nodreel.scene import Company

if TYPE_CHECKING:
    from nodreel.errors import NodreelError

ASKED: list[frozenset[int]] = []


def why_unseen(scene: Any, designated: frozenset[int] = frozenset()) -> str | None:
    ASKED.append(designated)
    return None if scene else "It is not seen."


SIGN: Any = SimpleNamespace(why_unseen=why_unseen)


def ask(recording: Any, fault: NodreelError | None = None) -> dict[str, str | None]:
    checks = interlocks(lambda: recording, lambda: fault, SIGN)
    return {name: why() for name, (why, _) in checks.items()}


def open_senses(**changed: Any) -> Any:
    scene = SimpleNamespace(locked=changed.pop("locked", False))
    insight = SimpleNamespace(why=None)
    context = SimpleNamespace(open=True, scene=scene, insight=insight, owners={7: "pad"})
    vars(context).update({k: changed.pop(k) for k in ("open", "insight") if k in changed})
    capture = SimpleNamespace(fault=None, company=Company(()))
    vars(capture).update(changed)
    return SimpleNamespace(capture=capture, context=context)


def test_in_front_of_a_designated_app_nothing_speaks_against_it() -> None:
    assert set(ask(open_senses()).values()) == {None}


def test_the_sign_is_looked_for_where_something_is_designated() -> None:
    ask(open_senses())
    assert ASKED[-1] == {7}


def test_without_senses_everything_is_off() -> None:
    assert all(ask(None).values())
    assert "Full. Make room." in (ask(None, StoreError("Full.", advice="Make room."))["senses"])


@pytest.mark.parametrize(
    ("changed", "name", "said"),
    [
        ({"fault": StoreError("It broke.")}, "senses", "It broke."),
        ({"locked": True}, "session", "locked"),
        ({"company": None}, "remote", ""),
        ({"open": False}, "context", FOREIGN),
        ({"open": False, "insight": SimpleNamespace(why="A page.")}, "context", "A page."),
    ],
)
def test_one_thing_opens_one_interlock(changed: Any, name: str, said: str) -> None:
    answers = ask(open_senses(**changed))
    assert said in (answers.pop(name) or "nothing")
    assert set(answers.values()) == {None}


def test_senses_that_stopped_have_no_context() -> None:
    stopped = open_senses()
    stopped.context = None
    answers = ask(stopped)
    assert [n for n, why in answers.items() if why] == ["sign", "session", "context"]
