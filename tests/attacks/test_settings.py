"""Every place that settings can come from is known, and none of them can start a recording."""

from __future__ import annotations

import ast
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import nodreel
from nodreel.errors import NodreelError
from nodreel.ipc import wire
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus, Done
from nodreel.paths import default_paths
from tests.bed.bed import wait_for
from tests.bed.fixtures import bed
from tests.findings import found
from tests.promises.test_c01 import connected

if TYPE_CHECKING:
    from tests.bed.bed import Bed

__all__ = ["bed"]

SOURCE = Path(nodreel.__file__).parent
VARIABLES = {
    "NODREEL_HOME",  # where things lie
    "DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XDG_SESSION_ID",  # which desktop
    "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR",  # which bus
    "IBUS_ADDRESS", "XCOMPOSEFILE",  # which input methods compose what is typed
    "TESSDATA_PREFIX",  # where the scrub of releases finds the letters it reads
    "XDG_CONFIG_HOME", "XDG_DATA_HOME",  # where `nodreel service` puts what starts to idle
}  # fmt: skip
WHOLE = {"selftest/private.py", "cli/browsers.py", "language/choice.py", "dataset/engine.py",
         "upload/credentials.py", "upload/remote.py"}  # fmt: skip
"""Handed on to a child, read for XDG folders or the language, set for TLS or to hush an engine."""
ARGUMENTS = {
    "agent/trial.py",
    "sign/run.py",
    "sign/notify.py",
    "selftest/private.py",
    "host/keyring_child.py",
    "desktop/presence.py",
}
WORDS = ("consent", "granted", "force_on", "autostart", "record", "start", "enabled", "accept")


def trees(word: str) -> dict[str, ast.Module]:
    """Return by name the modules in which a word occurs at all."""
    texts = {f.relative_to(SOURCE).as_posix(): f.read_text() for f in SOURCE.rglob("*.py")}
    return {name: ast.parse(text) for name, text in texts.items() if word in text}


def asked(called: str) -> dict[str, list[ast.Call]]:
    """Return by module the calls of ``os.environ.get`` and the like."""
    calls: dict[str, list[ast.Call]] = {}
    for name, tree in trees(called).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == called:
                calls.setdefault(name, []).append(node)
    return calls


def users(attribute: str) -> set[str]:
    return {
        name
        for name, tree in trees(attribute).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == attribute
    }


def test_every_source_of_settings_is_known() -> None:
    """A new variable, argument or field has to be thought about here first."""
    calls = asked("os.environ.get")
    names = {ast.literal_eval(call.args[0]) for each in calls.values() for call in each}
    assert names == VARIABLES
    assert not asked("os.getenv")
    assert users("os.environ") - set(calls) == WHOLE
    assert users("sys.argv") == ARGUMENTS


def hostile(name: str) -> str:
    return json.dumps(dict.fromkeys(WORDS, True) | {"by": name})


def test_no_source_of_settings_starts_a_recording(bed: Bed) -> None:
    """A real agent, told to record by everything there is but a person."""
    paths = default_paths()
    tried = 0
    for folder in (paths.data, paths.state, paths.grant.parent, paths.config, paths.runtime):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths.data.parent.chmod(0o700)
    for place in (
        paths.grant, paths.receipts.with_suffix(".json"), paths.state / "decision.json",
        paths.state / "autostart", paths.state / "started", paths.config / "consent.toml",
        paths.config / "settings.json", paths.data / "consent.json", Path.cwd() / "nodreel.toml",
    ):  # fmt: skip
        if place.parent.exists() and os.access(place.parent, os.W_OK):
            place.write_text(hostile(place.name))
            place.chmod(0o600)
            tried += 1
    env = {"NODREEL_HOME": str(paths.runtime.parent)}
    for word in WORDS:
        env |= {f"NODREEL_{word.upper()}": "1", f"nodreel_{word}": "yes", f"{word.upper()}": "1"}
    arguments = [f"--{word}={value}" for word in WORDS for value in ("yes", "1")]
    tried += len(env) + len(arguments)
    agent = bed.start(sys.executable, "-m", "nodreel.agent", *arguments, env=env)
    try:
        wait_for(paths.socket.exists, "the agent")
        for kind in get_args(get_args(wire.Request)[0]):
            if kind is wire.Stop:
                continue  # that one ends it
            for fields in ({}, dict.fromkeys(WORDS, True)):
                try:
                    message = kind.model_construct(**fields)
                    call(paths, message, 5)
                except (NodreelError, AttributeError, ValueError):
                    pass
                tried += 1
        answer = call(paths, AskStatus(), 5)
        assert isinstance(answer, Done)
        assert answer.status is not None
        assert answer.status.state == "blocked"
        assert not answer.status.recording
        assert agent.pid not in connected(bed)
    finally:
        agent.stop()
    found("C2", "settings that say yes", tried)
