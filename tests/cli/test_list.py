from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from nodreel.cli import list as list_module
from nodreel.cli.list import list_

if TYPE_CHECKING:
    import pytest

    from tests.cli.recorded import Recorded


def test_what_is_stored_is_listed(recorded: Recorded) -> None:
    result = recorded.run(list_)
    assert recorded.episode.name in result.stdout
    assert "held" in result.stdout
    (found,) = json.loads(recorded.run(list_, "--json").stdout)
    assert found["id"] == recorded.episode.name
    assert (found["state"], found["apps"], found["segments"]) == ("held", ["editor"], 2)
    assert not found["review_offered"]


def test_listing_to_a_person_offers_a_review(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_module, "is_interactive", lambda: True)
    assert "nodreel show ID" in recorded.run(list_).stdout
    (found,) = json.loads(recorded.run(list_, "--json").stdout)
    assert found["review_offered"]


def test_an_empty_store_says_so() -> None:
    assert CliRunner().invoke(list_).stdout == "Nothing is stored here.\n"
    assert CliRunner().invoke(list_, ["--json"]).stdout == "[]\n"
