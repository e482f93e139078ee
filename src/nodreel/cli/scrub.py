"""nodreel scrub: episodes without what names people or is secret, for those who did not record."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from nodreel.cli.reading import identity_option, json_option, locate, say_json, tell_damage
from nodreel.cli.rules import rule_options, rules_of
from nodreel.episode import open_episode
from nodreel.episode.seal import read_identities, recipient_of
from nodreel.errors import KeyMismatchError, StoreError
from nodreel.host.keyring import review_key
from nodreel.redact.release import VERSION, scrub
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.errors import EpisodeError
    from nodreel.redact.ocr import Reader
    from nodreel.redact.release import Report

_EVERY: Final = 100  # pictures


@click.command("scrub")
@click.argument("episodes", nargs=-1, required=True)
@click.argument("destination", type=click.Path(path_type=Path))
@identity_option
@click.option(
    "--to",
    "recipients",
    multiple=True,
    metavar="AGE1…",
    help="Whom the result is sealed to; repeat it. Your own key unless told.",
)
@rule_options
@click.option("--drop-pictures", is_flag=True, help="Leave all pictures out; nothing is read then.")
@json_option
def scrub_(
    episodes: tuple[str, ...], destination: Path, identity: Path | None, **asked: Any
) -> None:  # fmt: skip
    """Write each of EPISODES into DESTINATION without what is secret or names people.

    Looked for in typed text, titles, addresses, names of elements, notes and, by reading them, in
    pictures: keys, tokens, cards, accounts, national ids, mail addresses, telephone numbers,
    internal hosts, addresses of networks, user names in paths and logins, your own words. Not
    found are names of people that no list and no mail address gives away, faces, handwriting, and
    what cannot be read. The originals stay as they are.
    """
    key = identity or review_key()
    sealed_to = asked["recipients"] or tuple(recipient_of(own) for own in read_identities(key))
    if not sealed_to:
        raise KeyMismatchError(
            "These episodes are sealed, and no key was given to open them.",
            advice="Give the research key with --identity.",
        )
    rules = rules_of(asked["regions"], asked["domains"], asked["words"])
    try:
        destination.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"Cannot make {destination}: {error.strerror}.") from error
    damage: list[EpisodeError] = []
    with ExitStack() as stack:
        reader = None if asked["drop_pictures"] else _reader(asked["languages"], stack)
        for name in episodes:
            spent = time.process_time()
            for report in scrub(
                open_episode(locate(name), key), destination, recipients=sealed_to, rules=rules,
                reader=reader, progress=_tell,
            ):  # fmt: skip
                now = time.process_time()
                _show(report, now - spent, destination, as_json=asked["as_json"])
                damage += report.damage
                spent = now
    tell_damage(damage)


def _reader(languages: Sequence[str], stack: ExitStack) -> Reader:
    from nodreel.redact.ocr import Tesseract  # noqa: PLC0415  an extra

    return stack.enter_context(Tesseract(languages))


def _show(report: Report, cpu: float, destination: Path, *, as_json: bool) -> None:
    """Print what became of one episode, and keep it beside the result."""
    told = {
        "episode": report.episode, "folder": str(report.folder), "version": VERSION,
        "events": report.events, "pictures": report.pictures, "distinct": report.distinct,
        "cpu_s": round(cpu, 2),
        "cpu_s_per_distinct_picture": round(cpu / report.distinct, 3) if report.distinct else None,
        "found": {f"{where}: {name}": n for (where, name), n in sorted(report.found.items())},
        "damage": [inert(str(error), 400) for error in report.damage],
    }  # fmt: skip
    try:
        (destination / f"{report.episode}.scrub.json").write_text(json.dumps(told, indent=1) + "\n")
    except OSError as error:
        raise StoreError(f"Cannot write to {destination}: {error.strerror}.") from error
    if as_json:
        say_json(told)
        return
    by_name = Counter[str]()
    for (_, name), count in report.found.items():
        by_name[name] += count
    counted = ", ".join(f"{count} of {name}" for name, count in by_name.most_common()) or "nothing"
    click.echo(f"{report.episode}: {report.events} events, {report.pictures} pictures, "
               f"{report.distinct} of them read, in {cpu:.1f} CPU s.")  # fmt: skip
    click.echo(f"  taken out: {counted}")


def _tell(done: int, total: int) -> None:
    if done == total or done % _EVERY == 0:
        click.echo(f"{done} of {total} pictures read", err=True)
