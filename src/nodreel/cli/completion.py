"""nodreel completion: what a shell needs to complete commands and options."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

_VARIABLE: Final = "_NODREEL_COMPLETE"
_SHELLS: Final = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what SHELL reads to complete nodreel's commands and options.

    For bash: `nodreel completion bash >~/.local/share/bash-completion/completions/nodreel`
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"Nothing is known of {shell}.")
    root = ctx.find_root().command
    click.echo(kind(root, {}, "nodreel", _VARIABLE).source())
