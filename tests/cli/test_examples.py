"""Each command's help ends with examples, and each of them is a command that can be typed."""

from __future__ import annotations

import shlex

import click
import pytest
from click.testing import CliRunner

from nodreel.cli.commands import COMMANDS
from nodreel.cli.examples import EXAMPLES
from nodreel.cli.main import main

ALL = [words for examples in EXAMPLES.values() for words, _ in examples]


def test_there_are_some_of_each() -> None:
    assert list(EXAMPLES) == list(COMMANDS)
    assert all(EXAMPLES.values())


@pytest.mark.parametrize("words", ALL)
def test_it_can_be_typed(words: str) -> None:
    """Its options are there, none is missing, and no word is too much."""
    name, *given = shlex.split(words)
    command = COMMANDS[name][0]()
    if isinstance(command, click.Group):
        command = command.commands[given.pop(0)]
    context = click.Context(command, resilient_parsing=True)
    values, rest, _ = command.make_parser(context).parse_args(given)
    assert rest == []
    for param in command.params:
        value = values.get(str(param.name))
        assert isinstance(value, str | tuple) or not param.required, param.name
        if isinstance(param.type, click.Choice) and isinstance(value, str):
            assert value in param.type.choices


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_help_ends_with_them(name: str) -> None:
    told = CliRunner().invoke(main, [name, "--help"]).output
    shown = told.partition("Examples:\n")[2].splitlines()
    for line, (words, meaning) in zip(shown, EXAMPLES[name], strict=True):
        assert line.startswith(f"    nodreel {words} ")
        assert line.endswith(meaning)
        assert len(line) <= 80
