"""nodreel browsers writes what browsers need to find the host, and takes it back."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.webhost.package import FIREFOX_ID, chromium_id

if TYPE_CHECKING:
    from click.testing import Result

CHROMIUM = ".config/chromium/NativeMessagingHosts/nodreel.json"
FIREFOX = ".mozilla/native-messaging-hosts/nodreel.json"


@pytest.fixture
def home() -> Path:
    return Path(os.environ["HOME"])


def say(*words: str) -> Result:
    return CliRunner().invoke(main, ["browsers", *words])


def states() -> dict[str, str]:
    return {one["browser"]: one["state"] for one in json.loads(say("status", "--json").stdout)}


def test_nothing_is_there_before_and_nothing_afterwards(home: Path) -> None:
    assert states() == {"chromium": "not set up", "firefox": "not set up"}
    assert say("setup").exit_code == 0
    assert states() == {"chromium": "set up", "firefox": "set up"}
    done = say("remove")
    assert done.stdout.count("removed ") == 3
    assert states() == {"chromium": "not set up", "firefox": "not set up"}
    assert say("remove").stdout == "There was nothing to remove.\n"
    assert not [file for file in home.rglob("*") if file.is_file()]


def test_setup_names_the_host_and_only_our_extension(home: Path) -> None:
    done = say("setup", "--id", "a" * 32)
    assert "chrome://extensions" in done.stdout
    chromium, firefox = (json.loads((home / f).read_text()) for f in (CHROMIUM, FIREFOX))
    assert chromium["allowed_origins"] == [
        f"chrome-extension://{chromium_id()}/", f"chrome-extension://{'a' * 32}/",
    ]  # fmt: skip
    assert firefox["allowed_extensions"] == [FIREFOX_ID]
    host = Path(chromium["path"])
    assert stat.S_IMODE(host.stat().st_mode) == 0o700
    assert f"NODREEL_HOME={os.environ['NODREEL_HOME']}" in host.read_text()
    ended = subprocess.run([host], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_a_browser_that_is_used_is_set_up_too(home: Path) -> None:
    (home / ".config" / "google-chrome").mkdir(parents=True)
    say("setup")
    assert states()["chrome"] == "set up"


@pytest.mark.parametrize("one", ["", "A" * 32, "z" * 32, "a" * 31, "../" + "a" * 29])
def test_what_is_no_id_is_refused(home: Path, one: str) -> None:
    assert say("setup", "--id", one).exit_code == 2
    assert not (home / CHROMIUM).exists()


@pytest.mark.parametrize(
    ("text", "state"),
    [("{", "broken"), ("[]", "broken"), ('{"path": "/elsewhere"}', "set up for another nodreel")],
)
def test_what_somebody_else_wrote_is_told_apart(home: Path, text: str, state: str) -> None:
    (home / CHROMIUM).parent.mkdir(parents=True)
    (home / CHROMIUM).write_text(text)
    assert states()["chromium"].startswith(state)


def test_the_extension_is_written_whole(tmp_path: Path) -> None:
    place = tmp_path / "out"
    done = say("extension", str(place), "--json")
    assert json.loads(done.stdout)["ids"] == {"chromium": chromium_id(), "firefox": FIREFOX_ID}
    assert (place / "unpacked" / "manifest.json").is_file()
    assert (place / "nodreel.xpi").read_bytes().startswith(b"PK")
    assert not (place / "nodreel.crx").exists()


def test_an_organisations_key_gives_an_id_of_its_own_that_stays(tmp_path: Path) -> None:
    key = tmp_path / "org.pem"
    said = [say("extension", str(tmp_path / n), "--key", str(key), "--json").stdout for n in "ab"]
    first, second = (json.loads(one)["ids"]["chromium"] for one in said)
    assert first == second != chromium_id()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (tmp_path / "a" / "nodreel.crx").read_bytes().startswith(b"Cr24")


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "org.pem"
    key.write_text("no key")
    done = say("extension", str(tmp_path / "out"), "--key", str(key))
    assert done.exit_code == 73
    assert "no private key" in done.stderr


def test_a_place_that_cannot_be_written_is_a_sentence(home: Path) -> None:
    (home / ".mozilla").write_text("a file where a folder should be")
    done = say("setup")
    assert done.exit_code == 73
    assert "Cannot write" in done.stderr
