"""nodreel resume: lift the person's own pause."""

from __future__ import annotations

import click

from nodreel.agent import pausing
from nodreel.agent.settling import settled
from nodreel.cli.answers import answer, json_option, want_a_person
from nodreel.paths import default_paths


@click.command()
@json_option
def resume(*, as_json: bool) -> None:
    """Go on after a pause. Needs a terminal: it is you who goes on, not a script."""
    want_a_person("resume")
    paths = default_paths()
    done = pausing.resume(paths)
    answer(done if done.status is None else settled(paths), as_json=as_json)
