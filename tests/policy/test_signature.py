"""Managed policies signed with the real minisign, by a key that was pinned."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.permission import stamps
from nodreel.errors import PolicyError
from nodreel.paths import Paths
from nodreel.policy import LoadedPolicy, load_policy
from nodreel.policy.signature import SUFFIX, key_path
from tests.policy.samples import TOML

if TYPE_CHECKING:
    from collections.abc import Callable


def minisign(*words: str | Path) -> None:
    subprocess.run(
        ["/usr/bin/minisign", *map(str, words)], input=b"\n\n", capture_output=True, check=True
    )


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    home = tmp_path / "nodreel"
    (home / "config").mkdir(parents=True)
    managed = tmp_path / "etc" / "policy.d"
    managed.mkdir(mode=0o755, parents=True)
    minisign("-G", "-W", "-p", key_path_of(managed), "-s", tmp_path / "key")
    return Paths(home / "data", home / "run", home / "config", managed)


def key_path_of(managed: Path) -> Path:
    return managed.parent / "policy.pub"


@pytest.fixture
def manage(paths: Paths, tmp_path: Path) -> Callable[..., Path]:
    def write(text: str = TOML, *more: str, name: str = "10-base.toml") -> Path:
        path = paths.managed / name
        path.write_text(text)
        minisign("-S", *more, "-s", tmp_path / "key", "-m", path, "-t", "policy 3")
        for one in (path, path.with_name(name + SUFFIX), key_path(paths)):
            one.chmod(0o644)
        return path

    return write


def load(paths: Paths) -> LoadedPolicy:
    """Load as if the tests' user were root."""
    return load_policy(paths, managed_owner=os.geteuid())


def test_a_signed_policy_counts_and_says_by_whom(paths: Paths, manage: Callable[..., Path]) -> None:
    manage()
    manage("[limits]\ndevice_days = 7\n", name="20-days.toml")
    loaded = load(paths)
    assert loaded.policy.limits.device_days == 7
    assert loaded.signed_by
    assert loaded.signed_by.lstrip("0") in key_path(paths).read_text()  # minisign writes none
    key_path(paths).unlink()
    assert load(paths).signed_by is None, "without a key nobody is asked for a signature"


def test_a_changed_policy_does_not_count(paths: Paths, manage: Callable[..., Path]) -> None:
    path = manage()
    path.write_text(TOML.replace("device_days = 14", "device_days = 30"))
    with pytest.raises(PolicyError, match="the signature is for something else"):
        load(paths)


def test_an_unsigned_file_beside_signed_ones_does_not_count(
    paths: Paths, manage: Callable[..., Path]
) -> None:
    manage()
    (paths.managed / "20-more.toml").write_text("suspended = true\n")
    with pytest.raises(PolicyError, match="it has no signature") as caught:
        load(paths)
    assert "minisign -S" in caught.value.advice


def test_the_signature_of_another_key_does_not_count(
    paths: Paths, manage: Callable[..., Path], tmp_path: Path
) -> None:
    manage()
    minisign("-G", "-W", "-f", "-p", key_path(paths), "-s", tmp_path / "other")
    with pytest.raises(PolicyError, match="the signature is by key"):
        load(paths)


def test_a_changed_trusted_comment_does_not_count(
    paths: Paths, manage: Callable[..., Path]
) -> None:
    signature = Path(f"{manage()}{SUFFIX}")
    signature.write_text(signature.read_text().replace("policy 3", "policy 4"))
    with pytest.raises(PolicyError, match="for something else"):
        load(paths)


@pytest.mark.parametrize("text", ["", "x", "a\nb\nc\nd\n", "a\nb\nc\nd\ne\n", "\u00e4\n" * 4])
def test_what_is_no_signature_does_not_count(
    paths: Paths, manage: Callable[..., Path], text: str
) -> None:
    Path(f"{manage()}{SUFFIX}").write_text(text)
    with pytest.raises(PolicyError, match="cannot be read"):
        load(paths)


def test_the_old_way_of_signing_is_refused(paths: Paths, manage: Callable[..., Path]) -> None:
    manage(TOML, "-l")
    with pytest.raises(PolicyError, match="-l is not accepted"):
        load(paths)


@pytest.mark.parametrize("text", ["", "RWQ", "untrusted comment: x\nAAAA\n", "\n\n"])
def test_a_key_that_is_none_stops_everything(
    paths: Paths, manage: Callable[..., Path], text: str
) -> None:
    manage()
    key_path(paths).write_text(text)
    with pytest.raises(PolicyError, match=r"policy\.pub"):
        load(paths)


def test_a_key_or_signature_that_others_may_write_stops_everything(
    paths: Paths, manage: Callable[..., Path]
) -> None:
    path = manage()
    for one in (key_path(paths), Path(f"{path}{SUFFIX}")):
        one.chmod(0o666)
        with pytest.raises(PolicyError, match="can be changed by others"):
            load(paths)
        one.chmod(0o644)
    assert load(paths).signed_by


def test_a_key_of_somebody_who_is_not_root_is_no_key(
    paths: Paths, manage: Callable[..., Path]
) -> None:
    manage()
    with pytest.raises(PolicyError, match=r"What vouches .* belongs to user id"):
        load_policy(paths)


def test_a_key_or_signature_that_comes_or_goes_is_noticed(
    paths: Paths, manage: Callable[..., Path]
) -> None:
    path = manage()
    seen = stamps(paths)
    Path(f"{path}{SUFFIX}").unlink()
    without = stamps(paths)
    assert without != seen
    key_path(paths).unlink()
    assert stamps(paths) != without
    assert len(stamps(paths)) == len(seen) - 1
