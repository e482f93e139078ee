from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.policy import policy
from nodreel.errors import PolicyError
from nodreel.paths import default_paths
from nodreel.policy import schema
from tests.policy.samples import TOML

if TYPE_CHECKING:
    from click.testing import Result

ROOT = Path(__file__).parents[2]


def run(*words: str) -> Result:
    return CliRunner().invoke(policy, list(words))


@pytest.fixture
def own() -> Path:
    path = default_paths().policy
    path.parent.mkdir(parents=True)
    path.write_text(TOML)
    path.chmod(0o600)
    return path


def test_a_good_file_is_good() -> None:
    done = run("check", str(ROOT / "config/policy.example.toml"))
    assert done.exit_code == 0
    assert done.output.startswith("Good: version 1, sha256 ")


def test_a_bad_file_says_line_and_remedy(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(TOML.replace("version = 3", "version = 3\nforce = true"))
    done = run("check", str(bad))
    assert isinstance(done.exception, PolicyError)
    assert f"{bad}, line 2" in str(done.exception)
    assert "Remove `force`" in done.exception.advice


def test_later_files_narrow(tmp_path: Path) -> None:
    base, more = tmp_path / "10.toml", tmp_path / "20.toml"
    base.write_text(TOML)
    more.write_text("[limits]\ndevice_days = 30\n")
    done = run("check", str(base), str(more), "--json")
    assert any("can only narrow" in note for note in json.loads(done.output)["notes"])


@pytest.mark.parametrize("bad", [b"\xff", None])
def test_what_cannot_be_read_is_said_so(tmp_path: Path, bad: bytes | None) -> None:
    path = tmp_path / "x.toml"
    if bad is not None:
        path.write_bytes(bad)
    assert isinstance(run("check", str(path)).exception, PolicyError)


def test_doubts_about_programs(tmp_path: Path) -> None:
    script, link = tmp_path / "app", tmp_path / "link"
    script.write_text("#!/bin/sh\n")
    link.symlink_to(script)
    path = tmp_path / "x.toml"
    for exe, words in (
        (script, "is a script"),
        (link, f"is a link; designate {script}"),
        (tmp_path / "nothing", "there is no"),
    ):
        path.write_text(TOML.replace("/usr/bin/mousepad", str(exe)))
        done = run("check", str(path))
        assert done.exit_code == 0
        assert words in done.output


def test_explaining_tells_each_value_and_where_it_was_set(own: Path) -> None:
    done = run("explain")
    assert f"limits.device_days = 14   ({own}:43)" in done.output
    assert "limits.max_fps = 10.0   (built-in default)" in done.output
    assert "apps[2] = {" in done.output
    tree = json.loads(run("explain", "--json").output)
    assert tree["origins"]["version"] == f"{own}:1"
    assert tree["policy"]["version"] == 3
    assert run("check").output.startswith("Good")


def test_explaining_says_in_plain_words_where_and_how_much(own: Path) -> None:
    text = own.read_text().replace('["pointer", "keys", "screen"]', '["keys", "text", "mail"]')
    text = text.replace('host = "wiki.example.org"', 'host = "wiki.example.org"\ncategory = "mail"')
    own.write_text(
        text.replace("\n[limits]", '\n[[sites]]\nid="b"\nname="B"\nhost="b.test"\n[limits]')
    )
    done = run("explain")
    assert 'secrets[1] = {"name": "staff number", "pattern": "EMP-[0-9]{6}"}' in done.output
    for words in (
        '"Chromium": only the websites on this list; ',
        '"Chromium" is the program "/usr/lib/chromium/chromium".',
        '"Team wiki", at "https://wiki.example.org/": also which letters you type',
        "only if you say yes to mail",
        'parts left out: ".salary"',
        '"B", at "https://b.test/": that you type, not what',
    ):
        assert words in done.output
    assert len(json.loads(run("explain", "--json").output)["where"]) == 8


def test_what_is_probably_not_meant_is_said(own: Path) -> None:
    own.write_text(own.read_text().replace("[[sites]]", '[[sites]]\ncategory = "chat"'))
    words = 'Note: wiki: never recorded while kinds has no "chat".'
    assert words in run("check").output
    assert words in run("explain").output
    assert words[6:] in json.loads(run("explain", "--json").output)["notes"]


def test_without_a_policy_it_says_where_one_belongs() -> None:
    done = run("explain")
    assert isinstance(done.exception, PolicyError)
    assert "There is no policy" in str(done.exception)


def test_the_schema_is_the_one_in_config() -> None:
    done = run("schema")
    assert json.loads(done.output) == json.loads(json.dumps(schema()))
    assert done.output == (ROOT / "config/policy.schema.json").read_text()
