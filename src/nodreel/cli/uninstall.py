"""nodreel uninstall: end it for this person, ask about what is stored, leave the receipts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from nodreel.cli.atlogin import not_at_login
from nodreel.cli.browsers import forget
from nodreel.cli.consent import take_back_and_tell
from nodreel.cli.reading import json_option, say_json
from nodreel.cli.stop import quit_for_good
from nodreel.clock import SystemClock
from nodreel.consent.heads import heads_of
from nodreel.consent.receipt_page import page
from nodreel.consent.record import receipts
from nodreel.consent.requests import requests
from nodreel.errors import NoConsentError, StoreError
from nodreel.host import refuse_root
from nodreel.paths import default_paths
from nodreel.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.clock import Clock
    from nodreel.paths import Paths

Chosen = Literal["delete", "keep"]
_LAST: Final = (
    "The program itself goes with `apt remove nodreel`, `dnf remove nodreel` or `pipx uninstall"
    " nodreel`, whichever brought it."
)


@click.command()
@click.option("--delete", "stored", flag_value="delete", help="Delete all recordings.")
@click.option("--keep", "stored", flag_value="keep", help="Keep them; only readers can open them.")
@click.option(
    "--receipts", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path.home,
    help="Where your receipts are put; your home unless told.",
)  # fmt: skip
@json_option
def uninstall(stored: Chosen | None, folder: Path, *, as_json: bool) -> None:
    """End nodreel for you: stop, take your consent back, start no more with your login.

    Asks whether what is stored is deleted or kept, and leaves your receipts as files. Nobody is
    told, and no reason is asked.
    """
    refuse_root()
    paths, clock = default_paths(), SystemClock()
    quit_for_good(paths)
    saved = list(_saved(paths, folder))
    chosen = stored or _asked()
    _withdraw(paths, clock, chosen)
    saved = list(_saved(paths, folder)) or saved  # with the one for the withdrawal
    not_at_login()
    forget()
    left = _left(paths, chosen)
    if as_json:
        say_json({"stored": chosen, "receipts": [str(file) for file in saved], "left": left})
        return
    click.echo("It is over: nothing is recorded, and nothing of nodreel starts by itself.")
    for file in saved:
        click.echo(f"  receipt  {file}")
    for place, why in left.items():
        click.echo(f"  left     {place}: {why}")
    click.echo(_LAST)


def _asked() -> Chosen:
    said: Chosen = click.prompt(
        "nodreel has stopped. What is stored: delete it, or keep it?",
        type=click.Choice(["delete", "keep"]), default="delete", err=True,
    )  # fmt: skip
    return said


def _withdraw(paths: Paths, clock: Clock, chosen: Chosen) -> None:
    try:
        take_back_and_tell(paths, clock, chosen)
    except NoConsentError:  # there never was a yes, or it was taken back before
        if chosen == "delete":
            Store(paths, clock).delete_all()


def _saved(paths: Paths, folder: Path) -> Iterator[Path]:
    """Write each receipt as JSON and as a page to read."""
    for one in receipts(paths):
        heads = heads_of(paths, one)
        tree = one.record.model_dump(mode="json")
        tree |= {"audit_heads": [head.model_dump() for head in heads]}
        texts = {
            "json": json.dumps(tree, indent=2, ensure_ascii=False) + "\n",
            "html": page(one.record, heads),
        }
        for end, text in texts.items():
            file = folder / f"nodreel-receipt-{one.id}.{end}"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            except OSError as error:
                raise StoreError(
                    f"Cannot save your receipt to {file}: {error.strerror}.",
                    advice="nodreel has stopped; name another folder with --receipts.",
                ) from error
            yield file


def _left(paths: Paths, chosen: Chosen) -> dict[str, str]:
    """Remove what is not needed any more; say what stays, and why."""
    left: dict[str, str] = {}
    asked = requests(paths, "open")
    if chosen == "keep":
        left[str(paths.data)] = "kept, as you chose; delete the folder whenever you like"
    elif asked:
        left[str(paths.data)] = (
            f"{len(asked)} requests to delete what was sent wait for their answer; `nodreel upload`"
            " sends them, and until then the program should stay"
        )
    else:
        _remove(paths.data)
        _remove_empty(paths.data.parent)
    _remove(paths.runtime)
    if paths.config.is_dir() and any(paths.config.iterdir()):
        left[str(paths.config)] = "your own policy and preferences"
    else:
        _remove_empty(paths.config)
    return left


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"Cannot remove {folder}: {error.strerror}.") from error


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
