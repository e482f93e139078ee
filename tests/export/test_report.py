"""The report with plots: what it says, that it loads nothing, and that no text becomes markup."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.export.health import Sign, examine
from nodreel.export.plots import bars, map_of, safe, stacked
from nodreel.export.report import report
from nodreel.export.source import Source, read_source
from tests.export.material import Recording, material

if TYPE_CHECKING:
    from pathlib import Path

COVERS = ("plots", "report")
EVIL = "<script>alert(1)</script>\u202e\x1b[31m\" onload='x'"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return material(tmp_path_factory.mktemp("report"), 2)


@pytest.fixture(scope="module")
def source(recording: Recording) -> Source:
    return read_source(recording.studio.read())


def test_it_says_what_the_signs_say_and_plots_what_there_is(source: Source) -> None:
    page = report(source, list(examine(source)))
    found = parsed(page)
    assert "Nothing is bad." in found.text
    for sign in examine(source):
        assert sign.sentence in found.text
    assert sum(tag == "svg" for tag, _ in found.tags) == 5
    assert source.episode.header.consent in found.text
    clicks = sum(a.kind.value == "click" for a in source.actions)
    assert f"click: {clicks} actions" in page


def test_it_loads_nothing_and_runs_nothing(source: Source) -> None:
    page = report(source, list(examine(source)))
    found = parsed(page)
    loading = {"src", "href", "xlink:href", "srcset", "action", "style"}
    assert not [a for _, attrs in found.tags for a in attrs if a in loading or a.startswith("on")]
    assert not {"script", "link", "iframe", "object", "img"} & {tag for tag, _ in found.tags}
    assert "url(" not in page
    assert "@import" not in page
    (policy,) = [a["content"] or "" for t, a in found.tags if "http-equiv" in a and t == "meta"]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "unsafe" not in policy


def test_no_text_of_a_recording_is_markup(source: Source) -> None:
    signs = [Sign(EVIL, "bad", 1, EVIL)]
    page = report(source, signs) + bars(EVIL, {EVIL: 1}, EVIL) + stacked(EVIL, {EVIL: [1]}, 1, EVIL)
    assert not {"script"} & {tag for tag, _ in parsed(page).tags}
    assert not [a for _, attrs in parsed(page).tags for a in attrs if a.startswith("on")]
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "1 of 1 questions have a bad answer." in page
    assert safe("x" * 500).count("x") == 120


def test_gaps_are_drawn_where_they_are(source: Source) -> None:
    drawn = stacked("t", {"n": [1.0, 0.0]}, 10, "u", [(5, 10)])
    (gap,) = re.findall(r'<rect class="gap" x="([\d.]+)"[^>]*width="([\d.]+)"', drawn)
    assert float(gap[0]) == pytest.approx(56 + 652 / 2)
    assert float(gap[1]) == pytest.approx(652 / 2)


def test_a_map_shows_where_most_was() -> None:
    drawn = map_of("m", [[0, 4], [1, 0]], 2.0)
    assert [float(o) for o in re.findall(r'opacity="([\d.]+)"', drawn)] == [
        1.0,
        pytest.approx(0.57, abs=0.01),
    ]


def test_a_recording_without_a_screen_has_no_map(source: Source) -> None:
    assert "Where buttons" in report(source, [])
    assert "Where buttons" not in report(replace(source, width=0, height=0), [])


def test_the_command_writes_it(recording: Recording, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    words = ["doctor", str(recording.studio.only()), "-i", str(recording.identity)]
    shown = CliRunner().invoke(main, [*words, "--html", str(file)])
    assert shown.exit_code == 0, shown.output
    assert "What this recording is worth" in file.read_text()
    lost = CliRunner().invoke(main, [*words, "--html", str(tmp_path / "none" / "x.html")])
    assert lost.exit_code == 73
