"""C2. Only you can say yes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from nodreel.ipc import wire
from nodreel.policy import Policy
from tests.policy.samples import policy

SOURCE = Path(__file__).parents[2] / "src" / "nodreel"
YES = re.compile(r"consent|grant|agree|accept|start|enable|auto", re.IGNORECASE)


def test_no_message_starts_or_agrees() -> None:
    union = get_args(wire.Request)[0]
    kinds = get_args(union)
    assert len(kinds) >= 8
    for kind in kinds:
        assert not YES.search(kind.model_fields["do"].default)
        assert not [name for name in kind.model_fields if YES.search(name)]


@pytest.mark.parametrize("field", ["consent", "granted", "agreed", "auto_start", "start", "silent"])
def test_no_policy_agrees(field: str) -> None:
    assert not [name for name in Policy.model_fields if YES.search(name)]
    fields = policy().model_dump() | {field: True}
    with pytest.raises(ValidationError, match=field):
        Policy.model_validate(fields)


def test_no_setting_in_the_environment_agrees() -> None:
    """The only variable of ours says where things lie."""
    asked = {
        name
        for file in SOURCE.rglob("*.py")
        for name in re.findall(r"[\"'](NODREEL_[A-Z_]+)[\"']", file.read_text())
    }
    assert asked == {"NODREEL_HOME"}


def test_a_grant_is_written_by_the_ceremony_alone() -> None:
    writers = {
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if re.search(r"\b(issue|Yes)\(", file.read_text())
    }
    assert {Path(file).parts[0] for file in writers} == {"consent"}
