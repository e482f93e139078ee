"""Two words pass to the agent, its permission passes back, and anything unsure is a no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from nodreel.ipc import web
from nodreel.webhost.framing import FramingError
from nodreel.webhost.relay import Relay

if TYPE_CHECKING:
    from nodreel.paths import Paths
    from tests.webhost.conftest import StandIn

HELLO: dict[str, object] = {"do": "web_hello", "skip": 0}
REPORT: dict[str, object] = {"do": "web_report", "seq": 1, "sent_ms": 5, "since_ms": 4}
NO = {"allowed": False}


@pytest.fixture
def relay(paths: Paths) -> Relay:
    return Relay(paths.socket)


def test_a_hello_gets_what_the_agent_says(relay: Relay, agent: StandIn) -> None:
    answer = relay.answer(HELLO)
    assert answer["re"] == "web_hello"
    assert answer["web"] == web.Web(allowed=True, terms="t").model_dump(mode="json")
    assert agent.said == [web.WebHello()]


def test_a_report_reaches_the_agent(relay: Relay, agent: StandIn) -> None:
    relay.answer(REPORT | {"title": "Größe"})
    assert agent.said == [web.WebReport(seq=1, sent_ms=5, since_ms=4, title="Größe")]


@pytest.mark.parametrize(
    "message",
    [{}, {"do": "status"}, {"do": "withdraw"}, {"do": "resume"}, {"do": "stop"}, {"do": None},
     {"do": "web_gone"}, {"do": "delete", "everything": True}],
    ids=str,
)  # fmt: skip
def test_a_browser_can_ask_for_nothing_else(
    relay: Relay, agent: StandIn, message: dict[str, Any]
) -> None:
    with pytest.raises(FramingError):
        relay.answer(message)
    assert agent.said == []


def test_half_a_character_is_no_message(relay: Relay, agent: StandIn) -> None:
    with pytest.raises(FramingError):
        relay.answer(REPORT | {"title": "\ud83d"})
    assert agent.said == []


def test_without_an_agent_it_is_a_no(relay: Relay) -> None:
    assert relay.answer(HELLO) == {"re": "web_hello", "web": NO}
    relay.gone()


def test_what_the_agent_refuses_takes_the_last_report_back(relay: Relay, agent: StandIn) -> None:
    relay.answer(REPORT)
    assert relay.answer(REPORT | {"title": 5}) == {"re": "web_report", "web": NO}
    assert agent.said[1:] == [web.WebGone()]


def test_goodbye_is_said_once_and_only_after_a_report(relay: Relay, agent: StandIn) -> None:
    relay.answer(HELLO)
    relay.gone()
    assert agent.said == [web.WebHello()]
    relay.answer(REPORT)
    relay.gone()
    relay.gone()
    assert agent.said[2:] == [web.WebGone()]
