"""nodreel view: look at a recording in a browser, on this machine alone."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Final

import click

from nodreel.cli.answers import json_option
from nodreel.cli.reading import episode_argument, identity_option, opened
from nodreel.clock import SystemClock
from nodreel.events import SECOND
from nodreel.host import harden
from nodreel.page.door import open_browser, write_page
from nodreel.page.server import PageServer
from nodreel.page.view import View
from nodreel.review.inert import inert

IDLE: Final = 60 * 60 * SECOND  # so long without anybody looking, and it ends
_LOOK_S: Final = 0.2


@click.command("view")
@episode_argument
@identity_option
@click.option(
    "--print", "only_print", is_flag=True, help="Start no browser; say which file to open."
)
@json_option
def view(episode: str, identity: Path | None, *, only_print: bool, as_json: bool) -> None:
    """Look at EPISODE in your browser: pictures, pointer, keys, actions, gaps, and search.

    It is served to your own browser only, on this machine, until you press Ctrl-C or nobody has
    looked for an hour. Pictures are opened as you look at them. Nothing can be changed.
    """
    harden()
    click.echo("Reading...", err=True)
    found = opened(episode, identity)
    shown = View(found, Path(episode).name)
    with (
        tempfile.TemporaryDirectory(prefix="nodreel-view-") as place,
        PageServer(SystemClock(), shown.get, shown.post, scripts=True) as server,
    ):
        file = Path(place) / "view-nodreel.html"

        def write() -> None:
            write_page(file, server.enter)

        server.let_in = write
        write()
        if not only_print:
            open_browser(file)
        if as_json:
            click.echo(json.dumps({"file": str(file)}))
        elif only_print:
            click.echo(str(file))
        else:
            click.echo(f"Opened in your browser. If nothing shows, open: {file}")
        for error in found.damage[:3]:
            click.echo(f"damaged: {inert(str(error), 400)}", err=True)
        click.echo("Press Ctrl-C to end.", err=True)
        try:
            while server.idle() < IDLE:
                time.sleep(_LOOK_S)
        except KeyboardInterrupt:
            click.echo("Ended.", err=True)
