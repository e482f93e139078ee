"""What the machine's other users did to the campaign is told from what the campaign did."""

from __future__ import annotations

import json

from tests.canary.log import stopped_for_others


def row(state: str, why: str, to: int) -> str:
    return json.dumps({"from": to - 5, "to": to, "state": state, "why": why}) + "\n"


def test_a_stop_for_others_is_seen_from_when_it_was_over() -> None:
    told = row("recorded", "", 10) + row("blocked", "sign", 15) + row("blocked", "remote", 20)
    assert stopped_for_others(told, 19)
    assert not stopped_for_others(told, 20)
    assert not stopped_for_others(row("blocked", "sign", 20), 0)
