"""The object stores of every run: in memory, a folder, and a little of S3 on the loopback."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from obstore.store import S3Store

from nodreel.errors import UploadError
from nodreel.policy import Upload
from nodreel.upload.remote import STORES, open_store, without
from tests.upload.contract import Contract
from tests.upload.memory import MemoryStore
from tests.upload.server import ENOUGH, KEYS, QUICK, FakeS3

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.upload.objects import ObjectStore

COVERS = ["objects", "trouble"]


class TestMemory(Contract):
    @pytest.fixture
    def objects(self) -> ObjectStore:
        return MemoryStore()


class TestFolder(Contract):
    @pytest.fixture
    def objects(self, tmp_path: Path) -> ObjectStore:
        to = f"file://{tmp_path.resolve()}/store"
        return open_store(Upload(to=to, inbox_key="ab" * 32), None)


class TestS3(Contract):
    @pytest.fixture
    def objects(self, server: FakeS3) -> ObjectStore:
        return server.open()


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_later(server: FakeS3, status: int) -> None:
    server.answers = [status]
    with pytest.raises(UploadError) as told:
        server.open().put("batches/a", b"x")
    assert told.value.again
    assert str(status) in str(told.value)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 411, 412, 413, 301, 302, 307, 308])
def test_what_will_not_pass_is_said_and_not_tried_again(server: FakeS3, status: int) -> None:
    server.answers = [status]
    with pytest.raises(UploadError) as told:
        server.open().put("batches/a", b"x")
    assert not told.value.again
    assert str(status) in str(told.value)
    assert told.value.advice != UploadError.advice
    assert len(server.seen) == 1  # nothing is sent elsewhere, nothing a second time


def test_a_line_that_breaks_is_tried_again_later(server: FakeS3) -> None:
    server.answers = ["drop"]
    with pytest.raises(UploadError) as told:
        server.open().put("batches/a", b"x")
    assert told.value.again


def test_the_library_itself_tries_again_what_passes_soon(server: FakeS3) -> None:
    from datetime import timedelta

    server.answers = [503, "drop", 500]
    quick = {"init_backoff": timedelta(milliseconds=1), "max_backoff": timedelta(milliseconds=2),
             "base": 2}  # fmt: skip
    upload = Upload(to="s3://bucket", endpoint=server.url, inbox_key="ab" * 32)
    objects = open_store(upload, KEYS, retry={"max_retries": 3, "backoff": quick})
    objects.put("batches/a", b"x")
    assert server.held == {"bucket/batches/a": b"x"}


def test_a_server_that_is_not_there(server: FakeS3) -> None:
    upload = Upload(to="s3://bucket", endpoint="http://127.0.0.1:9", inbox_key="ab" * 32)
    with pytest.raises(UploadError, match="cannot be reached") as told:
        open_store(upload, KEYS, retry=QUICK).get("batches/a")
    assert told.value.again


def test_a_certificate_of_anybody_is_refused_and_that_of_the_policys_authority_is_not(
    server: FakeS3, tmp_path: Path
) -> None:
    from tests.upload.certificates import authority, serve

    ca, pem = authority(tmp_path)
    other, _ = authority(tmp_path)
    with serve(server, pem) as url:
        upload = Upload(to="s3://bucket", endpoint=url, inbox_key="ab" * 32)
        for vouched in (None, other, b"no certificate"):
            with pytest.raises(UploadError, match="certificate") as told:
                open_store(upload, KEYS, ca=vouched, retry=QUICK).put("batches/a", b"x")
            assert not told.value.again
        assert server.held == {}
        open_store(upload, KEYS, ca=ca, retry=QUICK).put("batches/a", b"x")
        assert server.held == {"bucket/batches/a": b"x"}


def test_without_credentials_nothing_is_even_tried(server: FakeS3) -> None:
    upload = Upload(to="s3://bucket", endpoint=server.url, inbox_key="ab" * 32)
    with pytest.raises(UploadError, match="no credentials"):
        open_store(upload, None)
    with pytest.raises(UploadError, match="not for S3"):
        open_store(upload, KEYS.model_copy(update={"access_key_id": None}))
    assert server.seen == []


def test_a_failure_tells_neither_address_nor_secret(server: FakeS3) -> None:
    server.answers = [500]
    with pytest.raises(UploadError) as told:
        server.open().put("batches/a", b"x")
    said = f"{told.value} {told.value.advice} {told.value!r} {told.value.__cause__}"
    assert "127.0.0.1" not in said
    assert "never-in-a-log" not in said


def test_no_more_is_taken_than_was_asked_for_whatever_a_server_says(server: FakeS3) -> None:
    server.answers = ["more"]
    with pytest.raises(UploadError, match="more than 1000 bytes"):
        server.open().get("answers/a", 1000)


def test_of_a_part_no_more_is_taken_than_was_asked_for(server: FakeS3) -> None:
    server.answers = ["endless"]
    assert len(server.open().begin("batches/a", 1000) or b"") == 1000
    assert server.open_ended < ENOUGH, "it was listened to until its end"


def test_a_server_that_gives_no_parts_is_listened_to_for_as_long_as_needed(
    server: FakeS3,
) -> None:
    server.whole = True
    server.held["bucket/pre/batches/a"] = bytes(range(256)) * 1000
    assert server.open().begin("batches/a", 1000) == (bytes(range(256)) * 4)[:1000]


def test_who_may_not_list_is_told_forbidden_of_what_is_not_there(server: FakeS3) -> None:
    """So says S3; and to send, nobody needs to list."""
    server.answers = [403, 403]
    objects = server.open()
    assert objects.get("answers/a") is None
    assert objects.size("batches/a") is None


def test_what_lies_in_a_folder_is_on_the_disk_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path.resolve() / "a" / "store"
    objects = open_store(Upload(to=f"file://{store}", inbox_key="ab" * 32), None)
    settled: list[int] = []
    real = os.fsync

    def fsync(file: int) -> None:
        settled.append(os.fstat(file).st_ino)
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    objects.put("batches/a", b"x")
    places = [store / "batches" / "a", store / "batches", store, store.parent]
    assert settled == [place.stat().st_ino for place in places]
    settled.clear()
    objects.delete("batches/a")
    assert settled == [place.stat().st_ino for place in places[1:]]


def test_a_folder_whose_disk_fails_took_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = open_store(Upload(to=f"file://{tmp_path.resolve()}/s", inbox_key="ab" * 32), None)

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UploadError):
        objects.put("batches/a", b"x")


def test_no_address_or_credential_comes_from_the_environment(
    server: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("aws_endpoint", server.url)
    with without(STORES):
        store = S3Store("bucket", access_key_id="a", secret_access_key="b", region="us-east-1")
        assert not [name for name in os.environ if name.upper().startswith("AWS_")]
    assert os.environ["AWS_ENDPOINT_URL"] == server.url
    assert "endpoint" not in store.config
    upload = Upload(to="s3://bucket", endpoint=server.url, inbox_key="ab" * 32)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    open_store(upload, KEYS, retry=QUICK).put("a", b"x")
    assert server.held
