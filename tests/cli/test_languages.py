from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.errors import PolicyError
from nodreel.host import private_dir
from nodreel.language.catalogue import english, read_catalogue
from nodreel.language.choice import FOLDER
from nodreel.paths import default_paths

ARABIC = Path(__file__).parents[1] / "language" / "ar.toml"


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["languages", *words])
    return done.exit_code, done.output


def add(name: str, text: str) -> None:
    config = default_paths().config
    for folder in (config.parent, config, config / FOLDER):
        private_dir(folder)
    (config / FOLDER / name).write_text(text, "utf-8")
    (config / FOLDER / name).chmod(0o600)


def test_it_names_them_and_where_others_may_be_put() -> None:
    code, said = run()
    assert code == 0
    assert "* en       English" in said
    assert "  ja       日本語" in said
    assert str(default_paths().config / FOLDER) in said


def test_it_says_which_were_added_and_what_is_wrong_with_others() -> None:
    text = ARABIC.read_text("utf-8")
    add("ar.toml", text)
    add("pt.toml", text.replace('"Next" = ', '"next" = '))
    add("de.toml", text.replace('code = "ar"', 'code = "de"'))
    found = json.loads(run("--json")[1])
    assert {"code": "ar", "name": "العربية", "ours": False, "chosen": False} in found
    wrong = {Path(one["file"]).name: one["wrong"] for one in found if "wrong" in one}
    assert "Missing: 'Next'" in wrong["pt.toml"]
    assert "nobody replaces" in wrong["de.toml"]
    assert "not used" in run()[1]


def test_a_catalogue_is_checked_before_it_is_added(tmp_path: Path) -> None:
    good, bad = tmp_path / "ar.toml", tmp_path / "bad.toml"
    good.write_text(ARABIC.read_text("utf-8"), "utf-8")
    bad.write_text("x", "utf-8")
    assert run(str(good)) == (0, "  ar       العربية  (added)\n")
    assert run(str(bad))[0] == PolicyError.exit_code
    assert run(str(tmp_path / "none"))[0] == PolicyError.exit_code


def test_the_template_is_a_catalogue_to_begin_with() -> None:
    code, said = run("--template")
    assert code == 0
    assert read_catalogue(said.encode()).words == english()
