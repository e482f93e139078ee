from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.agent import Agent, listening
from tests.cli.recorded import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.recorded import Recorded


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    return record(tmp_path)


@pytest.fixture
def agent() -> Iterator[Agent]:
    with listening() as made:
        yield made
