"""nodreel policy: check files, explain what is in force, print the schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nodreel.consent.places import places, programs
from nodreel.consent.quoting import inert
from nodreel.errors import PolicyError
from nodreel.paths import default_paths
from nodreel.policy import combine, doubts, load_policy
from nodreel.policy import schema as json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nodreel.policy import LoadedPolicy, Policy

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def policy() -> None:
    """Check policy files, see what is in force and where each value was set."""


@policy.command()
@click.argument("files", nargs=-1, type=click.Path(dir_okay=False, path_type=Path))
@_JSON
def check(files: Sequence[Path], *, as_json: bool) -> None:
    """Check FILES (the first is complete, each later one narrows it), or else what is in force.

    A bad file ends with its line, what is wrong and what to do.
    """
    texts = [(path, _text(path)) for path in files]
    loaded = combine(texts) if texts else load_policy(default_paths())
    notes = [*loaded.notes, *doubts(loaded.policy), *_doubts(loaded.policy)]
    if as_json:
        _say_json({"sha256": loaded.policy.sha256, "notes": notes})
        return
    click.echo(f"Good: version {loaded.policy.version}, sha256 {loaded.policy.sha256}")
    for note in notes:
        click.echo(f"Note: {inert(note)}")


@policy.command()
@_JSON
def explain(*, as_json: bool) -> None:
    """Print every value in force, with the file and line that set it, and what it means."""
    loaded = load_policy(default_paths())
    notes = [*loaded.notes, *doubts(loaded.policy)]
    where = [*places(loaded.policy), *programs(loaded.policy)]
    if as_json:
        _say_json(
            {
                "files": [str(path) for path in loaded.files],
                "signed_by": loaded.signed_by,
                "sha256": loaded.policy.sha256,
                "policy": loaded.policy.model_dump(mode="json"),
                "origins": dict(loaded.origins),
                "where": where,
                "notes": notes,
            }
        )
        return
    for name, value, origin in _rows(loaded):
        click.echo(f"{name} = {inert(value)}   ({inert(origin)})")
    if loaded.signed_by:
        click.echo(f"\nEach managed file is signed by key {loaded.signed_by}, which was pinned.")
    click.echo("\nIn plain words:")
    for line in where:
        click.echo(f"  - {line}")  # harmless already: made for the terms
    for note in notes:
        click.echo(f"Note: {inert(note)}")


@policy.command()
def schema() -> None:
    """Print the JSON Schema of a complete policy (config/policy.schema.json is this)."""
    click.echo(json.dumps(json_schema(), indent=2))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(
            f"Cannot read {path}: {error.strerror}.", advice="Name a readable policy file."
        ) from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path} is not UTF-8 text.", advice="Save it as UTF-8.") from error


def _rows(loaded: LoadedPolicy) -> Iterator[tuple[str, str, str]]:
    """Name each value (lists member by member), as JSON, and its origin."""
    tree = loaded.policy.model_dump(mode="json")
    for name, origin in loaded.origins.items():
        value: object = tree
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        members = value if isinstance(value, list) else [value]
        for number, member in enumerate(members, start=1):
            at = f"{name}[{number}]" if isinstance(value, list) else name
            yield at, json.dumps(member, ensure_ascii=False), origin


def _doubts(checked: Policy) -> Iterator[str]:
    """Say what is odd about the designated programs on this machine; another may have them."""
    for app in checked.apps:
        path = Path(app.exe)
        if not path.exists():
            yield f"{app.id}: there is no {path} on this machine."
        elif path.resolve() != path:
            yield f"{app.id}: {path} is a link; designate {path.resolve()}."
        elif _is_script(path):
            yield (
                f"{app.id}: {path} is a script; designate the program it starts, or the interpreter"
                " with `script`."
            )


def _is_script(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


def _say_json(value: object) -> None:
    """Print one line of JSON; ASCII only, so that nothing in it reaches the terminal."""
    click.echo(json.dumps(value, separators=(",", ":")))
