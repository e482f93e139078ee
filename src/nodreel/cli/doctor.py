"""nodreel doctor: what recording needs, or what a recording is worth; a line for each question."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nodreel.cli import checks
from nodreel.cli.answers import json_option
from nodreel.clock import SystemClock
from nodreel.errors import EpisodeError
from nodreel.paths import default_paths
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from nodreel.cli.checks import Finding
    from nodreel.export.health import Sign
    from nodreel.export.source import Source

_LONGEST = 400
_MARKS = {"ok": "ok ", "bad": "BAD", "note": " - "}


@click.command()
@click.argument("dataset", required=False)
@click.option(
    "--identity",
    "-i",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The research key, for DATASET.",
)
@click.option("--canary", multiple=True, help="A word that must not be in DATASET; repeat it.")
@click.option(
    "--card",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder to write the card of DATASET to.",
)
@click.option(
    "--html", "page", type=click.Path(path_type=Path, dir_okay=False),
    help="A file for the report on DATASET, with plots, for a browser.",
)  # fmt: skip
@click.option("--probe", is_flag=True, help="Ask the X server what it can do, even before consent.")
@json_option
def doctor(
    dataset: str | None, identity: Path | None, canary: tuple[str, ...], card: Path | None,
    page: Path | None, *, probe: bool, as_json: bool,
) -> None:  # fmt: skip
    """Find what is wrong and how to mend it. Records nothing and changes nothing.

    With DATASET (an episode or a folder of them): say what in it is good and what is doubtful.
    """
    if dataset is not None:
        _of_a_dataset(dataset, identity, canary, card, page, as_json=as_json)
        return
    found = list(checks.examine(default_paths(), SystemClock(), probe=probe))
    if as_json:
        click.echo(json.dumps([_plain(finding) for finding in found]))
    else:
        for finding in found:
            _show(finding)
    bad = next((finding for finding in found if finding.mark == "bad"), None)
    if bad is not None:
        click.get_current_context().exit(bad.exit_code)


def _show(finding: Finding) -> None:
    click.echo(f"{_MARKS[finding.mark]}  {finding.name:8}  {inert(finding.sentence, _LONGEST)}")
    if finding.advice:
        click.echo(f"{'':15}{inert(finding.advice, _LONGEST)}")


def _plain(finding: Finding) -> dict[str, str]:
    return {
        "name": finding.name, "mark": finding.mark,
        "sentence": finding.sentence, "advice": finding.advice,
    }  # fmt: skip


def _of_a_dataset(
    dataset: str, identity: Path | None, canaries: tuple[str, ...], folder: Path | None,
    page: Path | None, *, as_json: bool,
) -> None:  # fmt: skip
    """Show the signs of a recording; the exit code is 3 when one of them is bad."""
    from nodreel.cli.reading import opened  # noqa: PLC0415  the other doctor needs none of it
    from nodreel.export.health import examine  # noqa: PLC0415
    from nodreel.export.source import read_source  # noqa: PLC0415

    source = read_source(opened(dataset, identity))
    signs = list(examine(source, canaries))
    if as_json:
        click.echo(json.dumps([asdict(sign) for sign in signs]))
    else:
        for sign in signs:
            click.echo(f"{_MARKS[sign.mark]}  {sign.name:10}  {inert(sign.sentence, _LONGEST)}")
    if folder is not None:
        _write_card(source, signs, folder)
    if page is not None:
        from nodreel.export.report import write_report  # noqa: PLC0415

        write_report(source, signs, page)
    if any(sign.mark == "bad" for sign in signs):
        click.get_current_context().exit(EpisodeError.exit_code)


def _write_card(source: Source, signs: list[Sign], folder: Path) -> None:
    from nodreel.export.card import write_card  # noqa: PLC0415

    bad = tuple(sign.sentence for sign in signs if sign.mark == "bad")
    write_card(source, "episodes", bad, {sign.name: sign.count for sign in signs}, folder)
