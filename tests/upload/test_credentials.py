from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import UploadError
from nodreel.policy import Upload
from nodreel.upload import credentials
from nodreel.upload.credentials import LARGEST, find_credentials, read_credentials

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a-secret-that-is-told-to-nobody"
GOOD = json.dumps({"access_key_id": "AK", "secret_access_key": SECRET, "session_token": "t"})


def upload(broker: Path | None = None) -> Upload:
    return Upload(to="s3://b", inbox_key="ab" * 32, broker=None if broker is None else str(broker))


def program(folder: Path, text: str, mode: int = 0o755) -> Path:
    file = folder / "broker"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(mode)
    return file


def test_a_broker_prints_them(tmp_path: Path) -> None:
    found = find_credentials(upload(program(tmp_path, f"printf '%s' '{GOOD}'")))
    assert found is not None
    assert found.secret_access_key == SECRET
    assert SECRET not in repr(found)
    assert SECRET not in str(found)


def test_a_broker_hears_nothing_and_sees_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NODREEL_SOMETHING", "x")
    seen = tmp_path / "seen"
    text = f"(env; echo \"args: $*\"; cat) > {seen}; echo {SECRET} >&2; printf '{GOOD}'"
    find_credentials(upload(program(tmp_path, text)))
    assert "NODREEL" not in seen.read_text()
    assert "args: \n" in seen.read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [("exit 3", "ended with 3"), ("echo hello", "not JSON"), (f"echo {SECRET}", "not JSON"),
     ("printf '{\"secret_access_key\": 5, \"x\": 1}'", "not JSON")],
)  # fmt: skip
def test_a_broker_that_fails_tells_nothing_of_what_it_said(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(UploadError, match=words) as told:
        find_credentials(upload(program(tmp_path, text)))
    assert SECRET not in f"{told.value}{told.value.advice}{told.value.__cause__!r}"


def test_a_broker_that_does_not_answer_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "_PATIENCE_S", 0.2)
    with pytest.raises(UploadError, match="did not answer"):
        find_credentials(upload(program(tmp_path, "exec sleep 60")))


def test_a_broker_that_others_could_have_changed_is_not_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    with pytest.raises(UploadError, match="changed by others"):
        find_credentials(upload(program(tmp_path, f"touch {ran}", 0o777)))
    link = tmp_path / "link"
    link.symlink_to("/bin/true")
    with pytest.raises(UploadError, match="is a link"):
        find_credentials(upload(link))
    with pytest.raises(UploadError, match="is not run"):
        find_credentials(upload(tmp_path / "missing"))
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    with pytest.raises(UploadError, match="changed by others"):
        find_credentials(upload(program(open_to_all, f"touch {ran}")))
    assert not ran.exists()


def test_a_broker_of_somebody_elses_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    place = program(tmp_path, f"touch {ran}")
    monkeypatch.setattr(credentials, "user_id", lambda: 1)  # to them we are somebody else
    with pytest.raises(UploadError, match="belongs to user id"):
        find_credentials(upload(place))
    assert not ran.exists()


def test_without_a_broker_the_keyring_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "upload_credentials", lambda: GOOD)
    found = find_credentials(upload())
    assert found is not None
    assert found.access_key_id == "AK"
    monkeypatch.setattr(credentials, "upload_credentials", lambda: None)
    assert find_credentials(upload()) is None


def test_a_folder_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "upload_credentials", os.abort)
    assert find_credentials(Upload(to="file:///mnt/x", inbox_key="ab" * 32)) is None


@pytest.mark.parametrize("when", ["2026-11-28T12:00:00Z", "2026-11-28T12:00:00.5+01:00"])
def test_until_when_they_count(when: str) -> None:
    assert read_credentials(json.dumps({"expires": when}).encode()).expires == when


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[" * 9999, b"\xff", b'{"a":1}', b'{"access_key_id":""}',
             b'{"expires":"tomorrow"}', b'{"expires":"2026-13-01T00:00:00Z"}',
             b'{"expires":"2026-02-30T00:00:00+01:00"}', b'{"expires":"2026-11-28T12:00:00.0"}',
             b'"' + b"x" * LARGEST + b'"'],
)  # fmt: skip
def test_what_is_no_credentials(data: bytes) -> None:
    with pytest.raises(UploadError):
        read_credentials(data)
