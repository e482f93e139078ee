"""What the commands that scrub are told to look for, besides what is always looked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from nodreel.cli.reading import read_given
from nodreel.errors import StoreError
from nodreel.redact.finders import MOST_WORDS, Rules

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST: Final = 4 << 20  # bytes of a list of words

_OPTIONS: Final = (
    click.option("--region", "regions", multiple=True, metavar="CC", default=Rules().regions,
                 show_default=True,
                 help="A country whose telephone numbers count without a code; repeat it."),
    click.option("--domain", "domains", multiple=True, metavar="NAME",
                 help="A domain whose hosts are nobody's business; repeat it."),
    click.option("--words", type=click.Path(path_type=Path, exists=True, dir_okay=False),
                 help="A file with names of people, customers, projects: one a line."),
    click.option("--language", "languages", multiple=True, metavar="CODE", default=("eng",),
                 show_default=True,
                 help="Of what is read in pictures (Tesseract's code); repeat it."),
)  # fmt: skip


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that ``rules_of`` reads, and ``--language``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def rules_of(regions: tuple[str, ...], domains: tuple[str, ...], listed: Path | None) -> Rules:
    """Return what the options ask for; raises StoreError."""
    return Rules(regions, () if listed is None else _words(listed), domains)


def _words(listed: Path) -> tuple[str, ...]:
    """Return the words of a list, all of them: one that is too long is not cut in silence."""
    try:
        text = read_given(listed, _MOST).decode("utf-8-sig")  # some editors put a mark before it
    except UnicodeDecodeError as error:
        raise StoreError(
            f"The words in {listed} are no UTF-8: {error}.",
            advice="Save the list as UTF-8 and run the same command again.",
        ) from error
    found = tuple(dict.fromkeys(word for line in text.splitlines() if (word := line.strip())))
    if len(found) > MOST_WORDS:
        raise StoreError(
            f"{listed} has {len(found):,} words; more than {MOST_WORDS:,} cannot be looked for.",
            advice="Leave out what these recordings cannot hold.",
        )
    return found
