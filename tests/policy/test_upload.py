from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from nodreel.policy import Policy, Upload, merge
from tests.policy.samples import UPLOAD, policy


def upload(**said: Any) -> Upload:
    fields: dict[str, Any] = {"to": "s3://bucket", "inbox_key": "ab" * 32}
    return Upload(**(fields | said))


@pytest.mark.parametrize(
    "to",
    ["s3://bucket", "s3://bucket/a/b", "az://account/container/x", "gs://b", "file:///mnt/rec"],
)
def test_places_to_send_to(to: str) -> None:
    assert upload(to=to).to == to


@pytest.mark.parametrize(
    "to",
    ["", "bucket", "http://host/x", "https://host", "ftp://h/x", "s3://", "s3:///x", "s3://b/",
     "s3://b/../c", "s3://b//c", "s3://b/a b", "s3://b?x=1", "s3://user:word@b", "file://",
     "file:///", "file://mnt", "file:///a/../b", "s3://b/\n", "s3://" + "b" * 600],
)  # fmt: skip
def test_places_that_are_none(to: str) -> None:
    with pytest.raises(ValidationError):
        upload(to=to)


@pytest.mark.parametrize("to", ["https://objects.example.org", "http://127.0.0.1:8000",
                                "https://10.0.0.1:9000", "http://[::1]:8000"])  # fmt: skip
def test_servers(to: str) -> None:
    assert upload(endpoint=to).endpoint == to


@pytest.mark.parametrize(
    "to",
    ["http://objects.example.org", "http://10.0.0.1", "http://localhost", "http://127.0.0.1.evil",
     "http://127.0.0.1@evil", "ftp://127.0.0.1", "objects.example.org", "https://", "https://h/path",
     "https://user:word@h", "https://h?x", "https://h#x"],
)  # fmt: skip
def test_nothing_goes_over_a_network_in_the_clear(to: str) -> None:
    with pytest.raises(ValidationError):
        upload(endpoint=to)


@pytest.mark.parametrize("hours", ["09:00-17:00", "22:00-06:00", "00:00-00:00"])
def test_quiet_hours(hours: str) -> None:
    assert upload(quiet_hours=(hours,)).quiet_hours == (hours,)


@pytest.mark.parametrize(
    "hours",
    [
        "9-17",
        "24:00-25:00",
        "09:60-10:00",
        "09:00",
        "",
        "a",
        "\u0660\u0669:\u0660\u0660-\u0661\u0660:\u0660\u0660",
    ],
)
def test_quiet_hours_that_are_none(hours: str) -> None:
    with pytest.raises(ValidationError):
        upload(quiet_hours=(hours,))


def test_a_secret_has_no_place() -> None:
    for name in ("access_key_id", "secret_access_key", "token", "password", "force", "start"):
        with pytest.raises(ValidationError, match="Extra inputs"):
            upload(**{name: "x"})


def test_a_folder_has_no_server() -> None:
    with pytest.raises(ValidationError, match="a folder has no endpoint"):
        upload(to="file:///mnt/x", endpoint="https://h")


def test_a_policy_that_sends_nothing_is_spelt_as_before_there_was_sending() -> None:
    """So a consent that was given before an update is still the consent that was given."""
    assert "upload" not in policy().model_dump(mode="json")
    assert policy().sha256 != policy(upload=UPLOAD).sha256
    assert Policy.model_validate_json(policy().model_dump_json()) == policy()
    assert "automatic" not in UPLOAD.model_dump(mode="json")
    sending = policy(upload=UPLOAD)
    assert Policy.model_validate_json(sending.model_dump_json()) == sending


def test_two_places_have_none_in_common() -> None:
    here, there = (policy(upload=upload(to=to)) for to in ("s3://a", "s3://b"))
    assert merge(here, there).upload is None
    assert merge(here, policy()).upload is None
    slow = policy(upload=upload(to="s3://a", max_kib_s=16, quiet_hours=("00:00-12:00",)))
    assert merge(here, slow).upload == slow.upload
