"""nodreel man: the manual page, made from the commands themselves, so that it cannot be stale."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import click

from nodreel import errors
from nodreel.cli.examples import EXAMPLES
from nodreel.errors import NodreelError

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST: Final = ("open", "consent", "pause", "delete", "status", "explain")
"""Commands of which the examples are shown before everything else."""


@click.command()
@click.pass_context
def man(ctx: click.Context) -> None:
    """Print nodreel's manual page: `nodreel man | man -l -`."""
    root = ctx.find_root()
    click.echo("\n".join(_page(root)))


def _page(root: click.Context) -> Iterator[str]:
    yield f'.TH NODREEL 1 "" "nodreel {version("nodreel")}" "User Commands"'
    yield from (".SH NAME", "nodreel \\- nothing rolls until you nod")
    yield from (".SH SYNOPSIS", ".B nodreel", r"\fICOMMAND\fR [\fIOPTION\fR...]")
    yield from (".SH DESCRIPTION", *_text(root.command.help or ""))
    yield from (".SH EXAMPLES", *_examples())
    yield ".SH COMMANDS"
    for path, command in _commands(root, root.command, "nodreel"):
        yield from _command(root, path, command)
    yield ".SH EXIT STATUS"
    for kind in _errors():
        yield from (".TP", f".B {kind.exit_code}", *_text(kind.__doc__ or ""))


def _examples() -> Iterator[str]:
    for name in FIRST:
        for words, meaning in EXAMPLES[name]:
            yield from (".TP", f".B nodreel {_safe(words)}", *_text(f"{meaning.capitalize()}."))


def _commands(
    root: click.Context, command: click.Command, path: str
) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name in command.list_commands(root):
        found = command.get_command(root, name)
        if found is not None:
            yield from _commands(root, found, f"{path} {name}")


def _command(root: click.Context, path: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=path, parent=None)
    usage = " ".join(command.collect_usage_pieces(context))
    yield from (".SS", f"{_safe(path)} {_safe(usage)}".replace("\n", " "))
    yield from _text(command.help or "")
    for option in command.get_params(root):
        told = option.get_help_record(context)
        if told is not None and told[0] != "--help":
            yield from (".TP", f".B {_safe(told[0])}", *_text(told[1] or ""))


def _errors() -> list[type[NodreelError]]:
    kinds = [
        kind for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, NodreelError)
    ]  # fmt: skip
    return sorted(kinds, key=lambda kind: kind.exit_code)


def _text(text: str) -> Iterator[str]:
    """Yield text as roff: paragraphs apart, nothing that begins a request."""
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ".PP"
        yield _safe(" ".join(paragraph.split()))


def _safe(text: str) -> str:
    told = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{told}" if told.startswith((".", "'")) else told
