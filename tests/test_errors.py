from __future__ import annotations

import inspect
import re

import pytest

from nodreel import errors

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.NodreelError)
]


def test_the_tree_is_short() -> None:
    assert len(KINDS) <= 15


def test_each_has_an_exit_code_of_its_own() -> None:
    codes = [kind.exit_code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert all(0 < code < 126 for code in codes)
    assert 2 not in codes  # that is the command line's


@pytest.mark.parametrize("kind", KINDS)
def test_each_says_what_to_do_next(kind: type[errors.NodreelError]) -> None:
    error = kind("the file is not yours")
    assert str(error) == "the file is not yours"
    assert re.search(r"[.;] ?", error.advice)
    assert error.advice[0].isupper()
    assert "advice" in kind.__dict__, "advice of its own, not its parent's"
    assert "exit_code" in kind.__dict__


def test_advice_can_be_more_precise() -> None:
    error = errors.StoreError("no", advice="Do this.")
    assert error.advice == "Do this."
    assert errors.StoreError.advice != "Do this."


@pytest.mark.parametrize("kind", KINDS)
def test_advice_names_commands_that_exist(kind: type[errors.NodreelError]) -> None:
    import click

    from nodreel.cli.main import main

    for typed in re.findall(r"`nodreel ([^`]+)`", kind.advice):
        command: click.Command = main
        for word in typed.split():
            if not isinstance(command, click.Group) or word.startswith("-"):
                break
            step = command.get_command(click.Context(main), word)
            assert step is not None, f"there is no `nodreel {typed}`"
            command = step
