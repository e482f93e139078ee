"""nodreel selftest: plant marked words where nothing may be recorded, search for them, say so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import click

from nodreel.cli.answers import json_option, want_a_person
from nodreel.clock import SystemClock
from nodreel.consent import read_grant
from nodreel.errors import ControlError, NotRunningError, StoreError, UnsupportedError
from nodreel.host import refuse_root
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus, Stop
from nodreel.paths import default_paths
from nodreel.review.inert import inert
from nodreel.selftest.course import hold
from nodreel.selftest.page import page

FOUND: Final = 1
"""Exit code when something was found that must not be stored."""
_WORDS: Final = """\
This test shows that what you do outside of designated apps is not stored. It
  1. stops nodreel, should it be running, and starts it again at the end;
  2. asks you for a yes of its own: it records into a folder of its own, by the rules you agreed
     to, sealed to a key in memory; folder and key are gone at the end;
  3. asks you to bring a designated app to the front for a moment, as a control;
  4. opens a small window that is not designated, types random words into it and asks you to type
     one yourself;
  5. searches all that was stored, logs and temporary files too, and writes a page about it.
"""
_STOPS_S: Final = 20.0
_LONGEST: Final = 400


@click.command()
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
    default=Path("nodreel-selftest.html"), show_default=True,
    help="The page to write; the same as JSON goes beside it.",
)  # fmt: skip
@click.option("--without-hands", is_flag=True, help="Do not ask for a word typed by hand.")
@json_option
def selftest(*, output: Path, without_hands: bool, as_json: bool) -> None:
    """Show on this computer that nothing is stored of what is not designated."""
    refuse_root()
    _check()
    want_a_person("selftest")
    grant = read_grant(default_paths(), SystemClock())
    click.echo(_WORDS, err=True)
    click.confirm("Begin?", abort=True, err=True)
    again = _stop_ours()
    try:
        result = hold(grant, lambda words: click.echo(words, err=True), by_hand=not without_hands)
    finally:
        _start_ours(again=again)
    told = json.dumps(result.plain(), indent=1)
    _write(output, page(result))
    _write(output.with_suffix(".json"), f"{told}\n")
    count = len(result.hits) + result.inside
    said = f"{count} found: {result.outcome}. The page: {inert(str(output), _LONGEST)}"
    click.echo(told if as_json else said)
    codes = {"found": FOUND, "nothing found": 0}
    click.get_current_context().exit(codes.get(result.outcome, ControlError.exit_code))


def _check() -> None:
    if not os.environ.get("DISPLAY"):
        raise UnsupportedError("There is no X11 desktop here to test on.")
    tk = subprocess.run(
        [sys.executable, "-P", "-c", "import tkinter"], capture_output=True, check=False
    )
    if tk.returncode:
        raise UnsupportedError(
            "The test draws its window with Tk, which is not installed.",
            advice="Install it: on Debian and Ubuntu with `apt install python3-tk`.",
        )


def _stop_ours() -> bool:
    """Stop the person's own recording; whether to start it again (not out of a pause)."""
    try:
        status = call(default_paths(), AskStatus()).status
        call(default_paths(), Stop(), timeout=_STOPS_S)
    except NotRunningError:
        return False
    return status is not None and status.state != "paused"


def _start_ours(*, again: bool) -> None:
    if again:
        start = [sys.executable, "-P", "-m", "nodreel.cli", "start"]
        subprocess.run(start, check=False, stdout=sys.stderr)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"Cannot write {path}: {error.strerror}.") from error
