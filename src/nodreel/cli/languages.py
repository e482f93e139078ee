"""nodreel languages: which there are, what is wrong with one that was added, and how to add one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nodreel.errors import NodreelError, PolicyError
from nodreel.host.owned import read_owned
from nodreel.language import choose
from nodreel.language import languages as known
from nodreel.language.catalogue import LARGEST, OURS, read_catalogue
from nodreel.language.choice import FOLDER, catalogues, managed, read_added
from nodreel.paths import default_paths
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from nodreel.paths import Paths

_LONGEST = 2000


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--template", is_flag=True, help="Print a catalogue to translate, and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def languages(file: Path | None, *, template: bool, as_json: bool) -> None:
    """Show the languages of the terms and pages, or check the catalogue FILE before adding it.

    A catalogue goes into /etc/nodreel/languages (root's alone), or beside your own policy.
    """
    if template:
        click.echo((OURS / "en.toml").read_text("utf-8"), nl=False)
        return
    paths = default_paths()
    found = _checked(file) if file is not None else _all(paths)
    if as_json:
        click.echo(json.dumps(found))
    else:
        for one in found:
            click.echo(_line(one))
        if file is None:
            click.echo(f"Looked for others in {managed(paths)} and {paths.config / FOLDER}.")


def _line(one: dict[str, object]) -> str:
    if "wrong" in one:
        return (
            f"  not used: {inert(str(one['file']), _LONGEST)}: {inert(str(one['wrong']), _LONGEST)}"
        )
    mark, whose = "*" if one.get("chosen") else " ", "" if one["ours"] else "  (added)"
    return f"{mark} {one['code']:8} {one['name']}{whose}"


def _all(paths: Paths) -> list[dict[str, object]]:
    chosen, there = choose(paths).code, known(paths)
    found: list[dict[str, object]] = [
        {"code": speech.code, "name": speech.name, "ours": speech.ours, "chosen": code == chosen}
        for code, speech in there.items()
    ]
    for file in catalogues(paths):
        try:
            speech = read_added(file, paths)
            if there[speech.code].ours:
                raise PolicyError(f"nodreel has {speech.name} itself, and nobody replaces that.")
        except (NodreelError, FileNotFoundError) as error:
            found.append({"file": str(file), "wrong": str(error)})
    return found


def _checked(file: Path) -> list[dict[str, object]]:
    try:
        data = read_owned(file, limit=LARGEST, owners=None, folders=None)
    except FileNotFoundError as error:
        raise PolicyError(f"There is no {file}.") from error
    speech = read_catalogue(data)
    return [{"code": speech.code, "name": speech.name, "ours": speech.ours}]
