"""nodreel open: the pages for the person: is anything recorded, review, consent."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

import click

from nodreel.cli.answers import json_option
from nodreel.cli.consent import withdraw as take_back
from nodreel.errors import ControlError
from nodreel.host import claim, private_dir, refuse_root
from nodreel.host.apart import start_apart
from nodreel.page.door import FIRST, door, open_browser, want_first
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from nodreel.paths import Paths

LOCK: Final = "page.lock"
_PATIENCE_S: Final = 15.0
_STEP_S: Final = 0.05


@click.command("open")
@click.argument("page", type=click.Choice([page for page in FIRST if page]), required=False)
@click.option("--withdraw", is_flag=True, help="Take your consent back first, at once.")
@click.option(
    "--print", "only_print", is_flag=True, help="Start no browser; say which file to open."
)
@json_option
@click.pass_context
def open_(
    ctx: click.Context, page: str | None, *, withdraw: bool, only_print: bool, as_json: bool
) -> None:
    """Open nodreel's pages in your browser.

    They show whether anything is recorded, what is stored and what you agreed to, and are served to
    your own browser only, on this machine. They close by themselves when nobody looks at them.
    """
    refuse_root()
    if withdraw:
        ctx.invoke(take_back, stored="later", as_json=as_json)
    paths = default_paths()
    private_dir(paths.data)
    private_dir(paths.runtime)
    want_first(paths, page or "")
    _serve(paths)
    if only_print:
        click.echo(door(paths))
        return
    open_browser(door(paths))
    if not as_json and not withdraw:
        click.echo(f"Opened in your browser. If nothing shows, open this file there: {door(paths)}")


def _serve(paths: Paths) -> None:
    """Start the process of the pages if it is not there, and wait until they can be opened."""
    free = claim(paths.runtime / LOCK)
    if free is not None:
        free.release()
        door(paths).unlink(missing_ok=True)  # of a process that was killed
        start_apart(sys.executable, "-P", "-m", "nodreel.page")
    for _ in range(round(_PATIENCE_S / _STEP_S)):
        if door(paths).exists():
            return
        time.sleep(_STEP_S)
    raise ControlError(
        "The pages did not open.", advice="Try again; if it stays so, `nodreel doctor`."
    )
