"""``nodreel``: finds the command, and turns every failure into words, advice and an exit code."""

from __future__ import annotations

import json

import click

from nodreel.cli.commands import COMMANDS
from nodreel.cli.examples import told
from nodreel.errors import NodreelError

INTERRUPTED = 130
_JSON = "nodreel.json"


def tell(error: NodreelError, *, as_json: bool) -> None:
    """Print a failure to standard error: two lines for people, or one JSON object."""
    told = {
        "code": type(error).__name__, "exit": error.exit_code,
        "message": str(error), "advice": error.advice,
    }  # fmt: skip
    words = json.dumps({"error": told}) if as_json else f"{error}\n{error.advice}"
    click.echo(words.rstrip(), err=True)


class Face(click.Group):
    """The one place where errors end. Commands load when they are used, so that help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order people need them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        del ctx
        found = COMMANDS.get(cmd_name)
        if found is None:
            return None
        command = found[0]()
        command.epilog = told(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take --json before the command as if it came after."""
        ctx.meta[_JSON] = "--json" in args
        if args[:1] == ["--json"]:
            args = [*args[1:], "--json"]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; Ctrl-C ends with 130, as in a shell."""
        try:
            return super().invoke(ctx)
        except NodreelError as error:
            tell(error, as_json=ctx.meta[_JSON])
            ctx.exit(error.exit_code)
        except (KeyboardInterrupt, click.Abort):
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)


@click.group(cls=Face, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nodreel", message="%(prog)s %(version)s")
def main() -> None:
    """Record designated apps for research, and only after you have said yes.

    Nothing is recorded before `nodreel consent give`. The sign is on whenever recording is;
    pause, stop, delete and consent withdraw work at any moment. Every answer comes as JSON
    with --json.
    """
