"""How the commands that talk to the agent answer: a sentence, or one line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nodreel.errors import ControlError
from nodreel.host import is_interactive
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from nodreel.ipc.wire import Done

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_LONGEST = 400


def answer(done: Done, *, as_json: bool) -> None:
    """Print what the agent answered: its words, or the sentence of its state."""
    if as_json:
        click.echo(done.model_dump_json())
        return
    said = done.text or (done.status.sentence if done.status else "Done.")
    click.echo(inert(said, _LONGEST))


def want_a_person(verb: str) -> None:
    """Raise ControlError without a terminal: scripts do not switch recording on."""
    if not is_interactive():
        raise ControlError(
            f"`nodreel {verb}` must be typed by a person in a terminal of the session.",
            advice="Open a terminal and type it there. Nothing was started.",
        )
