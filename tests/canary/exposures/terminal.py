"""A designated terminal: prompts without echo, and everything else that is typed into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bed.bed import wait_for
from tests.canary.stage import CALM, LEFT, PACE, PlantingError

if TYPE_CHECKING:
    from tests.canary.stage import Stage

SILENT = 'while read -rsp "Password: " x; do printf "%s\\n" "$x" >>{out}; echo; done'
LOUD = 'while read -rp "> " x; do printf "%s\\n" "$x" >>{out}; done'


def run(stage: Stage, channel: str, script: str, count: int) -> None:
    """Type lines into a loop that reads them, and see that it got each of them."""
    out = stage.bed.folder / f"{channel}.txt"
    app = stage.bed.start("xterm", "-T", channel, "-fa", "DejaVu Sans Mono", "-fs", "14", "-e",
                          "bash", "-c", script.format(out=f"'{out}'"))  # fmt: skip
    window = stage.windows.wait(channel, app.pid)
    stage.windows.place(window.id, LEFT)
    stage.windows.activate(window.id)
    stage.recording()
    with stage.exposure(channel):
        for number, canary in enumerate(stage.words(channel, count)):
            stage.plant_typed(canary, pace=PACE if number % 2 else CALM)
            stage.hands.tap("Return")
            stage.rest(0.05)
            wait_for(
                lambda text=canary.text: out.exists() and text in out.read_text(), "the prompt"
            )
    if len(out.read_text().splitlines()) != count:
        raise PlantingError(f"the prompt got {out.read_text()!r}")
    stage.rest()
    app.stop()


def no_echo(stage: Stage) -> None:
    run(stage, "no-echo prompt", SILENT, 30)


def echo(stage: Stage) -> None:
    run(stage, "terminal", LOUD, 25)
