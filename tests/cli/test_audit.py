from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.audit import audit
from nodreel.cli.consent import consent
from nodreel.clock import SystemClock
from nodreel.consent import Ledger
from nodreel.consent.heads import sign_head
from nodreel.errors import LedgerError, StoreError
from nodreel.paths import default_paths
from tests.consent.yes import agree
from tests.policy.samples import policy

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from nodreel.consent import Grant


def verify(*words: str) -> Result:
    return CliRunner().invoke(audit, ["verify", *words])


@pytest.fixture
def given() -> Grant:
    """A yes, and a day of which the head was signed."""
    paths, clock = default_paths(), SystemClock()
    grant = agree(paths, clock, policy())
    sign_head(paths, clock, Ledger(paths.audit, clock), grant)
    return grant


def test_nothing_was_done_yet() -> None:
    done = verify()
    assert done.exit_code == 0
    assert "There is no line" in done.output


@pytest.mark.usefixtures("given")
def test_a_sound_log_is_said_to_be_sound() -> None:
    done = verify()
    assert done.exit_code == 0
    assert "2 lines, unbroken" in done.output
    assert "1 heads of days are signed" in done.output
    told = json.loads(verify("--json").output)
    assert (told["ok"], told["signed_heads"], told["first_bad_line"]) == (True, 1, None)


@pytest.mark.usefixtures("given")
def test_the_first_bad_line_is_named_with_its_exit_code() -> None:
    path = default_paths().audit
    path.write_bytes(path.read_bytes().replace(b'"event":"given"', b'"event":"taken"'))
    done = verify()
    assert done.exit_code == LedgerError.exit_code == 80
    assert "line 1: this line was changed or cut" in done.output
    told = json.loads(verify("--json").output)
    assert (told["ok"], told["first_bad_line"]) == (False, 1)


@pytest.mark.usefixtures("given")
def test_a_works_council_checks_copies(tmp_path: Path) -> None:
    copy, saved = tmp_path / "copy.log", tmp_path / "receipt.json"
    CliRunner().invoke(consent, ["receipt", "--json", str(saved)])
    assert len(json.loads(saved.read_text())["audit_heads"]) == 1
    copy.write_bytes(default_paths().audit.read_bytes())
    default_paths().audit.unlink()
    done = verify("--log", str(copy), "--receipt", str(saved))
    assert done.exit_code == 0
    assert "All that 1 receipts know of it is there" in done.output
    assert "give one with --receipt" in verify("--log", str(copy)).output
    copy.write_bytes(b"")
    assert verify("--log", str(copy), "--receipt", str(saved)).exit_code == 80


def test_a_log_that_is_gone_is_noticed(given: Grant) -> None:
    default_paths().audit.unlink()
    done = verify()
    assert done.exit_code == 80
    assert "a receipt knows a later line" in done.output


@pytest.mark.parametrize("what", ["words", "deep", "list", "forged head", "link", "fifo", "none"])
@pytest.mark.usefixtures("given")
def test_what_is_no_receipt_is_refused(tmp_path: Path, what: str) -> None:
    saved = tmp_path / "receipt.json"
    CliRunner().invoke(consent, ["receipt", "--json", str(saved)])
    tree = json.loads(saved.read_text())
    tree["audit_heads"][0]["head"] = "0" * 64
    match what:
        case "link":
            saved.rename(tmp_path / "moved")
            saved.symlink_to("moved")
        case "fifo":
            saved.unlink()
            os.mkfifo(saved)
        case "none":
            saved.unlink()
        case _:
            bad = {"words": "yes", "deep": "[" * 99_999, "list": "[]"}
            saved.write_text(bad.get(what, json.dumps(tree)))
    done = verify("--receipt", str(saved))
    assert isinstance(done.exception, StoreError)
