"""A real bash completes nodreel's commands with what the command prints."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_words(shell: str) -> None:
    told = CliRunner().invoke(main, ["completion", shell])
    assert told.exit_code == 0
    assert "_NODREEL_COMPLETE" in told.output
    assert CliRunner().invoke(main, ["completion", "cmd"]).exit_code == 2


def test_bash_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "nodreel"
    file.write_text(CliRunner().invoke(main, ["completion", "bash"]).output)
    done = subprocess.run(
        ["bash", "-c", f". '{file}' && complete -p nodreel"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "nodreel" in done.stdout
