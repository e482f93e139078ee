"""Fuzz one target, led by coverage: ``python -m tests.fuzz.drive TARGET [libFuzzer options]``."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["nodreel"]):
    from tests.fuzz.targets import attempt


def main() -> None:
    """Never returns: libFuzzer ends the process, with 77 or 70 when something was found."""
    target = sys.argv.pop(1)
    atheris.Setup(sys.argv, lambda data: attempt(target, data) and None)
    atheris.Fuzz()


main()
