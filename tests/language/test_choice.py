from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import StoreError
from nodreel.host import private_dir
from nodreel.language import choose, languages, remember
from nodreel.language.choice import FOLDER, catalogues, read_added
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from nodreel.paths import Paths

ARABIC = Path(__file__).with_name("ar.toml")


@pytest.fixture
def paths() -> Paths:
    paths = default_paths()
    for folder in (paths.data, paths.config):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        private_dir(folder)
    return paths


def add(paths: Paths, name: str = "ar.toml", text: str | None = None) -> Path:
    file = private_dir(paths.config / FOLDER) / name
    file.write_text(text or ARABIC.read_text("utf-8"), "utf-8")
    file.chmod(0o600)
    return file


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "zh_CN"}, "zh"),
        ({"LANG": "fr_FR@euro"}, "fr"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "xx:es:fr"}, "es"),
        ({"LANG": "xx_XX"}, "en"),
        ({"LANG": "../../etc/passwd"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": ""}, "en"),
    ],
)
def test_the_desktop_says_which(paths: Paths, environ: dict[str, str], code: str) -> None:
    assert choose(paths, environ).code == code


def test_what_the_person_picked_comes_first(paths: Paths) -> None:
    remember(paths, "fr")
    assert choose(paths, {"LANG": "de_DE.UTF-8"}).code == "fr"
    remember(paths, "xx")
    assert choose(paths, {"LANG": "de_DE.UTF-8"}).code == "de"


def test_there_are_six_and_each_is_ours(paths: Paths) -> None:
    there = languages(paths)
    assert list(there) == ["en", "de", "es", "fr", "ja", "zh"]
    assert all(speech.ours for speech in there.values())


def test_one_can_be_added_and_is_not_called_ours(paths: Paths) -> None:
    add(paths)
    assert languages(paths)["ar"].direction == "rtl"
    found = choose(paths, {"LANG": "ar_EG.UTF-8"})
    assert (found.code, found.ours) == ("ar", False)
    assert found("Next") == "التالي"


def test_nobody_replaces_one_of_ours(paths: Paths) -> None:
    text = ARABIC.read_text("utf-8").replace('code = "ar"', 'code = "de"')
    add(paths, "de.toml", text)
    assert languages(paths)["de"].ours
    assert choose(paths, {"LANG": "de_DE"}).name == "Deutsch"


def test_one_that_is_wrong_is_not_there(paths: Paths) -> None:
    add(paths, text='[language]\ncode = "ar"\n')
    (paths.config / FOLDER / "none.toml").symlink_to("/nowhere")
    assert "ar" not in languages(paths)
    assert choose(paths, {"LANG": "ar_EG.UTF-8"}).code == "en"


def test_one_that_others_can_change_is_not_there(paths: Paths) -> None:
    add(paths).chmod(0o666)
    assert "ar" not in languages(paths)
    with pytest.raises(StoreError, match="changed by others"):
        read_added(next(catalogues(paths)), paths)


def test_not_every_file_of_a_folder_is_read(paths: Paths) -> None:
    for number in range(60):
        add(paths, f"{number:02}.toml", "x")
    add(paths, "readme.txt", "x")
    assert len(list(catalogues(paths))) == 40
