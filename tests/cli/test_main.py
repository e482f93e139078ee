"""The face as a whole: quick, honest about failures, and the same codes everywhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from nodreel import errors
from nodreel.cli import commands
from nodreel.cli.main import main
from nodreel.errors import NodreelError
from tests.cli.person import NODREEL, without_terminal

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, NodreelError)
]

LOADED = """
import sys
from nodreel.cli.main import main
try:
    main(sys.argv[1:], prog_name="nodreel")
except SystemExit:
    pass
print("\\n" + " ".join(sorted({name.split(".")[0] for name in sys.modules})))
print(" ".join(sorted(name for name in sys.modules if name.startswith("nodreel.cli."))))
"""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Make ``nodreel doctor`` raise what is put into the list."""
    fate: list[BaseException] = []

    @click.command()
    @click.option("--json", "as_json", is_flag=True)
    def doomed(*, as_json: bool) -> None:
        raise fate[0]

    monkeypatch.setitem(commands.COMMANDS, "doctor", (lambda: doomed, "Fail."))
    return fate


@pytest.mark.parametrize("kind", KINDS)
def test_each_error_has_its_own_code_and_advice(
    kind: type[NodreelError], failing: list[BaseException]
) -> None:
    failing.append(kind("It broke."))
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == kind.exit_code
    assert done.stderr == f"It broke.\n{kind.advice}\n"
    assert done.stdout == ""


def test_the_codes_are_all_different_and_nobody_elses() -> None:
    codes = [kind.exit_code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert not {0, 2, 130, *range(128, 256)} & set(codes)


@pytest.mark.parametrize("words", [["doctor", "--json"], ["--json", "doctor"]])
def test_with_json_a_failure_is_one_object(words: list[str], failing: list[BaseException]) -> None:
    failing.append(errors.DiskFullError("No room.", advice="Make some."))
    done = CliRunner().invoke(main, words)
    assert json.loads(done.stderr)["error"] == {
        "code": "DiskFullError", "exit": 74, "message": "No room.", "advice": "Make some.",
    }  # fmt: skip
    assert done.stdout == ""
    assert done.exit_code == 74


def test_a_bug_is_not_dressed_up_as_a_failure(failing: list[BaseException]) -> None:
    failing.append(RuntimeError("a bug"))
    done = CliRunner().invoke(main, ["doctor"])
    assert isinstance(done.exception, RuntimeError)


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), click.Abort()])
def test_control_c_is_130(interrupt: BaseException, failing: list[BaseException]) -> None:
    failing.append(interrupt)
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 130


@pytest.mark.usefixtures("agent")
def test_a_real_interrupt_is_130() -> None:
    watching = [*NODREEL, "status", "--watch"]
    with subprocess.Popen(watching, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


def test_a_reader_that_has_had_enough_is_no_crash() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*NODREEL, "--help"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["nonsense"], ["status", "--yes"], ["status", "now"], ["note"]])
def test_what_is_not_understood_is_2(words: list[str]) -> None:
    assert CliRunner().invoke(main, words).exit_code == 2


def loaded_by(*words: str) -> tuple[set[str], set[str]]:
    """Return the packages, and the commands, that a run of ``nodreel WORDS`` has imported."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True
    )
    *_, packages, ours = done.stdout.splitlines()
    return set(packages.split()), set(ours.split())


@pytest.mark.parametrize(
    "words", [["status"], ["pause", "--help"], ["note", "x"], ["--help"], ["--version"]]
)
def test_what_is_typed_often_loads_little(words: list[str]) -> None:
    packages, _ = loaded_by(*words)
    heavy = {"numpy", "xcffib", "cffi", "cryptography", "pyrage", "mcap", "keyring", "mss", "PIL"}
    assert not heavy & packages


def test_a_command_loads_no_other_command() -> None:
    _, ours = loaded_by("status")
    assert {"nodreel.cli.status", "nodreel.cli.main"} <= ours
    assert not {"nodreel.cli.start", "nodreel.cli.list", "nodreel.cli.consent"} & ours
    _, ours = loaded_by("--help")
    assert ours <= {"nodreel.cli.main", "nodreel.cli.commands", "nodreel.cli.examples"}


def test_the_version_is_that_of_the_package() -> None:
    assert without_terminal("--version").stdout.startswith("nodreel ")
