"""nodreel actions: what the person did, one line for each action."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from nodreel.action import VERSION, Settings, actions
from nodreel.cli.reading import (
    episode_argument,
    identity_option,
    json_option,
    moment,
    opened,
    say_json,
    tell_damage,
)
from nodreel.review.deeds import sentence
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from pathlib import Path

_USUAL = Settings()


@click.command("actions")
@episode_argument
@identity_option
@click.option(
    "--double-click-ms", type=click.IntRange(1, 10_000), default=_USUAL.double_click_ms,
    show_default=True, help="The recorded desktop's double-click time.",
)  # fmt: skip
@click.option(
    "--drag-px", type=click.IntRange(0, 1000), default=_USUAL.drag_px, show_default=True,
    help="The recorded desktop's drag threshold.",
)  # fmt: skip
@json_option
def actions_(
    episode: str, identity: Path | None, double_click_ms: int, drag_px: int, *, as_json: bool
) -> None:
    """Print the actions of EPISODE: clicks, drags, texts, hotkeys, selections, waits.

    With --json, one object a line; times are nanoseconds from the start, frames are named by when
    they were done, events by their line in `nodreel cat`, counted from 0.
    """
    found = opened(episode, identity)
    settings = Settings(double_click_ms=double_click_ms, drag_px=drag_px)
    for action in actions(found, settings):
        if as_json:
            say_json({"version": VERSION, **asdict(action)})
        else:
            click.echo(f"{moment(action.start)}  {inert(sentence(action), 400)}")
    tell_damage(found.damage)
