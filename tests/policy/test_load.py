from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import PolicyError
from nodreel.events import Kind
from nodreel.paths import Paths
from nodreel.policy import (
    LoadedPolicy,
    Presence,
    Upload,
    combine,
    load_policy,
    narrower_or_equal,
)
from nodreel.policy.load import LARGEST, ROOT
from tests.policy.samples import TOML

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    home = tmp_path / "nodreel"
    (home / "config").mkdir(parents=True)
    managed = tmp_path / "etc" / "policy.d"
    managed.mkdir(mode=0o755, parents=True)
    return Paths(home / "data", home / "run", home / "config", managed)


@pytest.fixture
def manage(paths: Paths) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        path = paths.managed / name
        path.write_text(text)
        path.chmod(0o644)
        return path

    return write


def load(paths: Paths) -> LoadedPolicy:
    """Load as if the tests' user were root."""
    return load_policy(paths, managed_owner=os.geteuid())


def test_the_commented_table_of_the_example_explains_every_field_of_sending() -> None:
    path = REPOSITORY / "config/policy.example.toml"
    text, found, table = path.read_text().partition("# [upload]")
    assert found
    wanted = (
        (found + table).replace("\n# ", "\n").removeprefix("# ").replace('"..."', f'"{"ab" * 32}"')
    )
    upload = combine([(path, text + wanted)]).policy.upload
    assert upload is not None
    assert upload.model_fields_set == set(Upload.model_fields)


def test_the_example_loads_and_explains_every_field() -> None:
    path = REPOSITORY / "config/policy.example.toml"
    loaded = combine([(path, path.read_text())])
    built_in = [name for name, origin in loaded.origins.items() if origin == "built-in default"]
    assert built_in == ["revoked_before", "upload"]  # who copies it deletes and sends nothing
    assert loaded.policy.presence is Presence.SYNTHETIC


def test_each_line_of_the_example_with_a_key_has_words() -> None:
    example = (REPOSITORY / "config/policy.example.toml").read_text()
    # who is responsible, and addresses, speak for themselves under their heading
    plain = {"name", "address", "contact", "jurisdiction", "authority", "works_agreement_ref"}
    plain |= {"id", "exe", "text", "not_purposes", "key", "presence", "review_key"}
    for line in example.splitlines():
        name = line.partition("=")[0].strip()
        if "=" in line and not line.startswith("#") and name not in plain:
            assert "#" in line, line


def test_without_any_policy_it_says_where_one_belongs(paths: Paths) -> None:
    with pytest.raises(PolicyError, match="There is no policy") as caught:
        load(paths)
    assert str(paths.policy) in caught.value.advice


def test_a_persons_own_policy_stands_alone(paths: Paths) -> None:
    paths.policy.write_text(TOML)
    loaded = load(paths)
    assert loaded.policy.presence is Presence.SYNTHETIC
    assert loaded.files == (paths.policy,)
    assert loaded.origins["version"] == f"{paths.policy}:1"
    assert loaded.origins["limits.device_days"] == f"{paths.policy}:43"
    assert loaded.origins["limits.max_fps"] == "built-in default"
    assert "own" in loaded.origins["presence"]


def test_managed_wins_and_wants_a_person_there(
    paths: Paths, manage: Callable[[str, str], Path]
) -> None:
    path = manage("10-base.toml", TOML)
    loaded = load(paths)
    assert loaded.policy.presence is Presence.PHYSICAL
    assert loaded.files == (path,)


def test_the_persons_own_can_only_narrow(paths: Paths, manage: Callable[[str, str], Path]) -> None:
    managed = manage("10-base.toml", TOML)
    alone = load(paths).policy
    paths.policy.write_text(
        'kinds = ["pointer", "titles"]\npresence = "synthetic"\n'
        "[limits]\ndevice_days = 7\nserver_days = 3650\n"
    )
    loaded = load(paths)
    assert narrower_or_equal(loaded.policy, alone) == ()
    assert loaded.policy.kinds == (Kind.POINTER,)
    assert loaded.policy.presence is Presence.PHYSICAL
    assert loaded.policy.limits.device_days == 7
    assert loaded.policy.limits.server_days == 365
    assert loaded.origins["kinds"] == f"{paths.policy}:1"
    assert loaded.origins["limits.device_days"] == f"{paths.policy}:4"
    assert loaded.origins["version"] == f"{managed}:1"
    assert [note.partition(": ")[0] for note in loaded.notes] == [
        f"{paths.policy}:1",
        f"{paths.policy}:2",
        f"{paths.policy}:5",
    ]


def test_managed_files_narrow_each_other_whatever_their_order(
    paths: Paths, manage: Callable[[str, str], Path]
) -> None:
    manage("10-base.toml", TOML)
    manage("20-stop.toml", "suspended = true\n")
    manage("30-go.toml", "suspended = false\n")
    assert load(paths).policy.suspended


def test_an_own_policy_of_another_organisation_is_refused_with_its_line(
    paths: Paths, manage: Callable[[str, str], Path]
) -> None:
    manage("10-base.toml", TOML)
    paths.policy.write_text('[organisation]\nname = "Somebody else"\n')
    with pytest.raises(PolicyError, match="line 2: this excludes what") as caught:
        load(paths)
    assert "organisation.name" in caught.value.advice


def test_an_own_app_that_is_not_designated_falls_out(
    paths: Paths, manage: Callable[[str, str], Path]
) -> None:
    manage("10-base.toml", TOML)
    paths.policy.write_text(
        '[[apps]]\nid = "mousepad"\nname = "Mousepad"\nexe = "/usr/bin/mousepad"\n'
        '[[apps]]\ncategory = "chat"\nid = "slack"\nname = "Slack"\nexe = "/usr/bin/slack"\n'
    )
    loaded = load(paths)
    assert [app.id for app in loaded.policy.apps] == ["mousepad"]
    assert loaded.notes


def test_files_that_root_does_not_own_are_refused(
    paths: Paths, manage: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert os.geteuid() != ROOT, "run the tests as a person"
    monkeypatch.setattr("nodreel.policy.load.pinned_key", lambda *_: None)  # it looks there, too
    manage("10-base.toml", TOML)
    with pytest.raises(PolicyError, match="belongs to user id"):
        load_policy(paths)


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_files_that_others_may_write_are_refused(
    paths: Paths, manage: Callable[[str, str], Path], mode: int
) -> None:
    manage("10-base.toml", TOML).chmod(mode)
    with pytest.raises(PolicyError, match="can be changed by others"):
        load(paths)


def test_a_folder_that_others_may_write_is_refused(
    paths: Paths, manage: Callable[[str, str], Path]
) -> None:
    manage("10-base.toml", TOML)
    paths.managed.chmod(0o775)
    with pytest.raises(PolicyError, match=r"The folder .* can be changed by others"):
        load(paths)


def test_a_link_is_refused(paths: Paths, manage: Callable[[str, str], Path]) -> None:
    real = manage("base", TOML)
    (paths.managed / "10-base.toml").symlink_to(real)
    with pytest.raises(PolicyError, match="is a link"):
        load(paths)


def test_a_linked_folder_is_refused(
    paths: Paths, manage: Callable[[str, str], Path], tmp_path: Path
) -> None:
    manage("10-base.toml", TOML)
    link = tmp_path / "link"
    link.symlink_to(paths.managed)
    with pytest.raises(PolicyError, match=r"folder .* is a link"):
        load(Paths(paths.data, paths.runtime, paths.config, link))


def test_a_fifo_is_refused_without_waiting(paths: Paths) -> None:
    os.mkfifo(paths.managed / "10-base.toml", 0o600)
    with pytest.raises(PolicyError, match="not a regular file"):
        load(paths)


def test_a_huge_file_is_refused_unread(paths: Paths, manage: Callable[[str, str], Path]) -> None:
    path = manage("10-base.toml", "#")
    os.truncate(path, 1 << 40)
    with pytest.raises(PolicyError, match=f"larger than {LARGEST} bytes"):
        load(paths)


def test_one_bad_managed_file_stops_everything(
    paths: Paths, manage: Callable[[str, str], Path]
) -> None:
    manage("10-base.toml", TOML)
    manage("20-bad.toml", "suspended = maybe\n")
    with pytest.raises(PolicyError, match=r"20-bad.toml, line 1"):
        load(paths)


def test_an_unreadable_folder_is_no_reason_to_believe_the_own_policy(
    paths: Paths, manage: Callable[[str, str], Path]
) -> None:
    manage("10-base.toml", TOML)
    paths.policy.write_text(TOML)
    paths.managed.chmod(0)
    try:
        with pytest.raises(PolicyError, match="Cannot look into"):
            load(paths)
    finally:
        paths.managed.chmod(0o755)


def test_an_own_policy_that_everybody_may_write_is_refused(paths: Paths) -> None:
    paths.policy.write_text(TOML)
    paths.policy.chmod(0o666)
    with pytest.raises(PolicyError, match="Your policy cannot be used"):
        load(paths)


def test_text_that_is_not_utf8_is_named_with_its_line(paths: Paths) -> None:
    paths.policy.write_bytes(b"version = 1\nname = '\xff'\n")
    with pytest.raises(PolicyError, match="line 2: this is not UTF-8"):
        load(paths)


def test_nothing_in_the_environment_changes_whose_word_counts(
    paths: Paths, manage: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    manage("10-base.toml", TOML)
    for name in ("NODREEL_POLICY", "NODREEL_MANAGED", "NODREEL_FORCE", "NODREEL_CONSENT"):
        monkeypatch.setenv(name, "1")
    with pytest.raises(PolicyError):
        load_policy(paths)
