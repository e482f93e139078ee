from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from click.testing import CliRunner

from nodreel.cli.keys import keys
from nodreel.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_key_is_private_and_of_the_age_kind(tmp_path: Path) -> None:
    file = tmp_path / "research.key"
    result = CliRunner().invoke(keys, ["new", str(file)])
    public = result.stdout.strip()
    assert public.startswith("age1")
    assert "Keep two copies" in result.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    shown = subprocess.run(["age-keygen", "-y", file], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == public
    assert CliRunner().invoke(keys, ["show", str(file)]).stdout.strip() == public
    shown_json = CliRunner().invoke(keys, ["show", str(file), "--json"]).stdout
    assert json.loads(shown_json)["recipients"] == [public]


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "research.key"
    made = json.loads(CliRunner().invoke(keys, ["new", str(file), "--json"]).stdout)
    before = file.read_text()
    assert made["recipient"] in before
    assert isinstance(CliRunner().invoke(keys, ["new", str(file)]).exception, StoreError)
    assert file.read_text() == before
