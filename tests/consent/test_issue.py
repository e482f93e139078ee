from __future__ import annotations

import os
import shutil
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.consent import read_grant, settle
from nodreel.errors import NoConsentError
from tests.consent.clocks import DAY
from tests.consent.yes import agree

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock


class PowerCutError(Exception):
    """Nothing after this happens."""


def cut_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the n-th rename, unlink or fsync be the one that does not happen any more."""
    left = [step]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise PowerCutError
            return real(*args, **kwargs)

        return call

    for name in ("rename", "unlink", "fsync"):
        monkeypatch.setattr(os, name, counted(getattr(os, name)))


def is_permitted(paths: Paths, clock: TurnedClock) -> bool:
    with suppress(NoConsentError):
        return bool(read_grant(paths, clock))
    return False


def is_cut(step: int, paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch) -> bool:
    cut_at(step, monkeypatch)
    try:
        agree(paths, clock)
    except PowerCutError:
        return True
    finally:
        monkeypatch.undo()
    return False


@pytest.mark.parametrize("renewed", [False, True])
def test_a_crash_before_its_end_leaves_a_whole_consent_or_none(
    paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch, renewed: bool
) -> None:
    permitted = []
    for step in range(100):
        shutil.rmtree(paths.data, ignore_errors=True)
        if renewed:
            agree(paths, clock)
            clock.pass_time(170 * DAY)
        if not is_cut(step, paths, clock, monkeypatch):
            break
        permitted.append(is_permitted(paths, clock))
        settle(paths, clock)
        assert agree(paths, clock)
    assert len(permitted) > 10
    # A renewal first ends what was; the new consent is there with the very last steps.
    phases = [found for found, _ in groupby(permitted)]
    assert phases == ([True, False, True] if renewed else [False, True])
    assert permitted[-3] is False
