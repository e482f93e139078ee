"""What a recording may take is what was ticked, as far as the policy in force still allows it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast
from unittest.mock import Mock

import pytest

from nodreel.agent.recording import Recording, rules_of
from nodreel.errors import StoreError
from nodreel.events import Kind, Nanos, Rect
from tests.policy.samples import policy
from tests.scenes import PLACES, scene

if TYPE_CHECKING:
    from nodreel.consent import Grant


def ticked(*kinds: Kind) -> Grant:
    return cast("Grant", SimpleNamespace(kinds=frozenset(kinds)))


def test_only_what_was_ticked_and_is_still_offered() -> None:
    rules = rules_of(ticked(Kind.KEYS, Kind.SCREEN), policy(kinds=(Kind.KEYS, Kind.POINTER)))
    assert rules.kinds == {Kind.KEYS}


def test_the_apps_are_those_of_the_policy_in_force() -> None:
    one = policy()
    narrower = one.model_copy(update={"apps": one.apps[:1]})
    assert list(rules_of(ticked(), narrower).apps) == [one.apps[0].id]


def test_no_more_frames_are_taken_than_the_policy_in_force_allows() -> None:
    given = policy()
    limits = given.limits.model_copy(update={"max_fps": given.limits.max_fps / 2})
    grant = cast("Grant", SimpleNamespace(kinds=frozenset(), policy=given))
    made = Recording(
        grant, given.model_copy(update={"limits": limits}), Mock(), digest=Mock(), changed=Mock()
    )
    assert made.capture._max_fps == given.limits.max_fps / 2


def test_synthetic_input_is_kept_only_if_the_policy_says_so() -> None:
    assert not rules_of(ticked(), policy()).keep_synthetic
    assert rules_of(ticked(), policy(synthetic="keep")).keep_synthetic


def test_of_what_is_typed_when_it_opens_the_beginning_was_not_seen() -> None:
    cuts: list[Nanos] = []
    made, shut = object.__new__(Recording), [True, False, False]
    parts = {
        "_clock": SimpleNamespace(mono=lambda: Nanos(5)),
        "capture": SimpleNamespace(open=lambda: shut.pop(0)),
        "_pipeline": SimpleNamespace(cut=cuts.append),
    }
    for name, part in parts.items():
        setattr(made, name, part)
    for _ in range(3):
        made.open()
    assert cuts == [5]


@pytest.mark.parametrize("error", [MemoryError(), StoreError("full")], ids=["memory", "disk"])
def test_abandoning_without_means_lets_go_of_everything(error: Exception) -> None:
    writer, capture = Mock(), Mock()
    writer.close.side_effect = error
    made = object.__new__(Recording)
    vars(made).update(capture=capture, writer=writer, _pipeline=Mock())
    made.abandon()
    capture.stop.assert_called_once_with()
    writer.leave.assert_called_once_with()


def test_what_is_in_front_is_where_a_frame_goes() -> None:
    one = scene()
    area = Rect(10, 20, 30, 40)
    context = SimpleNamespace(scene=one, open=True, areas={})
    recording = SimpleNamespace(context=context)

    def around() -> Rect | None:
        return Recording.around.fget(recording)  # type: ignore[attr-defined,no-any-return]

    assert around() == PLACES["pad"]
    context.areas = {one.focus: area}
    assert around() == area, "of a browser the page"
    context.open = False
    assert around() is None
    recording.context = None
    assert around() is None
