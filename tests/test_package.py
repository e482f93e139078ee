from __future__ import annotations

import subprocess
import sys

import pytest

import nodreel
from nodreel import open_episode
from nodreel.episode import reader


def test_the_package_offers_the_reader() -> None:
    assert open_episode is reader.open_episode
    assert sorted(nodreel.__all__) == ["Action", "Episode", "Picture", "actions", "open_episode"]
    for name in nodreel.__all__:
        assert getattr(nodreel, name) is not None
    with pytest.raises(AttributeError, match="no attribute"):
        _ = nodreel.missing


def test_importing_the_package_loads_no_part_of_it() -> None:
    code = "import sys, nodreel; print([m for m in sys.modules if m.startswith('nodreel.')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
