"""The child that talks to the keyring: only to those that encrypt, only with words it knows."""

from __future__ import annotations

import subprocess
import sys

import pytest
from keyring.backends.fail import Keyring as NoKeyring

from nodreel.host import keyring_child


def test_only_keyrings_that_encrypt_are_on_the_list() -> None:
    assert not [name for name in keyring_child._SEALED if "fail" in name or "null" in name]
    assert type(NoKeyring()).__module__ not in keyring_child._SEALED


def test_no_keyring_is_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_child, "_usable", lambda: None)
    assert keyring_child.main("get") == 1


def test_an_unknown_word_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_child, "_usable", NoKeyring)
    with pytest.raises(SystemExit):
        keyring_child.main("list")


def test_without_a_word_it_prints_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nodreel.host.keyring_child"], capture_output=True, check=False
    )
    assert done.returncode
    assert done.stdout == b""
