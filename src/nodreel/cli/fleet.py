"""nodreel fleet: what an administrator may know of many machines, and the pack for a works council.

A report reads what the organisation itself installed and nothing of any person: who agreed,
refused, paused or records is in none of it, and could not be, since no file of theirs is opened.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import click
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nodreel.cli.answers import json_option
from nodreel.cli.pack import pack as contents
from nodreel.clock import SystemClock
from nodreel.errors import PolicyError, StoreError
from nodreel.events import SECOND
from nodreel.paths import default_paths
from nodreel.policy import combine, load_policy
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodreel.paths import Paths
    from nodreel.policy import LoadedPolicy

TENS: Final = 10
_LONGEST: Final = 1000  # characters of a report
_LARGEST: Final = 64 << 20  # bytes of a file of reports
_FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
_Word = Annotated[str, Field(max_length=80)]


class Report(BaseModel):
    """One machine in one week: no name, no address, no time of day, nothing of a person."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    week: Annotated[str, Field(pattern=r"^\d{4}-W\d{2}$")]
    nodreel: _Word
    policy_version: int | None
    policy_sha256: _Word | None
    signed_by: _Word | None
    suspended: bool | None
    healthy: bool


@click.group()
def fleet() -> None:
    """For administrators: health of machines, counts of them, papers for a works council.

    None of it says anything of a person: not who agreed, not who refused, not how many.
    """


@fleet.command()
def report() -> None:
    """Print one line of JSON on this machine: version, policy, health. Reads nothing of a person.

    Your management tool collects the lines, once a week at most; `nodreel fleet counts` adds up.
    """
    click.echo(_report(default_paths()).model_dump_json())


@fleet.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@json_option
def counts(files: Sequence[Path], *, as_json: bool) -> None:
    """Add up FILES of reports, by week: how many machines have which version, rounded to tens."""
    rows = [
        {"week": week, "what": what, "value": value, "machines": rounded(count)}
        for (week, what, value), count in sorted(_counted(_reports(files)).items())
    ]
    if as_json:
        click.echo(json.dumps(rows, separators=(",", ":")))
        return
    for row in rows:
        click.echo(inert(f"{row['week']}  {row['what']} {row['value']}: {row['machines']}", 200))


@fleet.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("files", nargs=-1, type=_FILE)
@json_option
def pack(folder: Path, files: Sequence[Path], *, as_json: bool) -> None:
    """Write the works-council pack into FOLDER: impact assessment, flow of the data, promises.

    Made from the policy in force, or from policy FILES (the first complete, each later narrowing).
    """
    loaded = _combined(files) if files else load_policy(default_paths())
    made = contents(loaded.policy)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"Cannot write {error.filename}: {error.strerror}.") from error
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "files": list(made)}))
        return
    for name in made:
        click.echo(folder / name)


def _report(paths: Paths) -> Report:
    week = datetime.fromtimestamp(SystemClock().wall() / SECOND, tz=UTC).strftime("%G-W%V")
    try:
        # whoever asks, and be it a person with a policy of their own: only what is managed
        loaded: LoadedPolicy | None = load_policy(replace(paths, config=paths.managed / "none"))
    except PolicyError:
        loaded = None
    policy = loaded.policy if loaded else None
    return Report(
        week=week,
        nodreel=_version(),
        policy_version=policy.version if policy else None,
        policy_sha256=policy.sha256 if policy else None,
        signed_by=loaded.signed_by if loaded else None,
        suspended=policy.suspended if policy else None,
        healthy=policy is not None,
    )


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415  only this command asks

    return version("nodreel")


def _reports(files: Sequence[Path]) -> Iterable[Report]:
    for file in files:
        try:
            if file.stat().st_size > _LARGEST:
                raise StoreError(f"{file} is larger than {_LARGEST} bytes.")
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"Cannot read {file}.") from error
        for number, line in enumerate(lines, start=1):
            try:
                yield Report.model_validate_json(line[:_LONGEST])
            except ValidationError as error:
                raise StoreError(
                    f"{file}, line {number}: this is no report.",
                    advice="Each line is what `nodreel fleet report` prints, nothing beside it.",
                ) from error


def _counted(reports: Iterable[Report]) -> Counter[tuple[str, str, str]]:
    """Count each value by itself: of two that go together, small groups could be told."""
    found: Counter[tuple[str, str, str]] = Counter()
    for one in reports:
        values: dict[str, Any] = {
            "machines": "all", "nodreel": one.nodreel, "policy": one.policy_version,
            "healthy": one.healthy, "suspended": one.suspended,
        }  # fmt: skip
        found.update((one.week, what, str(value)) for what, value in values.items())
    return found


def rounded(count: int) -> str:
    """Return a number of machines to the nearest ten; of fewer than ten no more than that."""
    return f"about {(count + TENS // 2) // TENS * TENS}" if count >= TENS else f"fewer than {TENS}"


def _combined(files: Sequence[Path]) -> LoadedPolicy:
    try:
        return combine([(file, file.read_text(encoding="utf-8")) for file in files])
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(
            f"Cannot read {', '.join(map(str, files))}.", advice="Name readable policy files."
        ) from error
