"""Review as the person sees it: what is stored, what is in it, and each way to take it back."""

from __future__ import annotations

import html
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock, WallNanos, iso
from nodreel.episode import open_episode
from nodreel.events import SECOND, Rect
from nodreel.page.export import archive
from nodreel.page.markup import calm
from nodreel.page.png import png
from nodreel.page.reply import Wanted
from nodreel.page.review import Review
from nodreel.page.server import PageServer
from nodreel.page.site import Site
from nodreel.store import Store
from tests.episode.studio import Screen, Studio, at, key, move
from tests.page.conftest import Client, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodreel.paths import Paths

COVERS = ("export", "png", "shelf", "timeline")
EVIL = "\x1b[31m\u202eevil\x07<script>alert(1)</script>"


@pytest.fixture
def studio(paths: Paths) -> Studio:
    from nodreel.host import private_dir

    return Studio(private_dir(paths.episodes))


@pytest.fixture
def episode(studio: Studio) -> Path:
    from nodreel.events import Focus, Note

    screen = Screen()
    return studio.record([
        screen.frame(0, full=True), Focus(at(5), "editor", EVIL), key(10), key(20, press=False),
        move(30), Note(at(60), EVIL), key(9_000), key(9_010, press=False),
    ], seal_every=6)  # fmt: skip


@pytest.fixture
def client(paths: Paths, studio: Studio) -> Iterator[Client]:
    """The pages, with the review key of the studio."""
    clock = SystemClock()
    site = Site(paths, clock)
    review = Review(paths, clock, lambda: studio.identity)
    site._pages["review"], site._forms["review"] = review.get, review.post
    with PageServer(clock, site.get, site.post) as server:
        yield Client(server)


def test_looking_at_the_list_is_the_offered_review(
    client: Client, episode: Path, paths: Paths
) -> None:
    told = words(client.get("/review").body)
    assert "Episodes: 1," in told
    assert "editor" in told
    assert "waits here" in told
    assert "2026-" in told
    hold = Store(paths, SystemClock()).episodes()[0].hold
    assert hold
    assert hold.offered
    assert "Nothing is stored here" in words(client.get("/review?app=browser").body)
    assert episode.name in client.get("/review?app=EDIT").body


def test_an_episode_shows_what_was_kept_and_text_stays_text(client: Client, episode: Path) -> None:
    body = client.get(f"/review/{episode.name}").body
    assert "key down" in words(body)
    assert "evil" in body
    assert "<script" not in body
    assert "\u202e" not in body
    assert f"/review/{episode.name}/frame?t=" in body.replace("&amp;", "&") or "img" not in body
    later = words(client.get(f"/review/{episode.name}?from=8").body)
    assert "0:00:09" in later
    assert "note" not in later


def test_the_picture_of_a_moment_is_a_real_png(
    client: Client, episode: Path, studio: Studio
) -> None:
    picture = open_episode(episode, studio.identity).frame_at(10**9)
    assert picture
    data = png(picture)
    answer = client.get(f"/review/{episode.name}/frame?t=1")
    assert answer.headers["content-type"] == "image/png"
    assert int(answer.headers["content-length"]) == len(data)
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (picture.width, picture.height)
        assert image.convert("RGB").tobytes("raw", "BGR") == picture.pixels
    assert client.get(f"/review/{episode.name}/frame?t=x").status == 409


def test_without_the_key_it_says_so_plainly(paths: Paths, episode: Path) -> None:
    review = Review(paths, SystemClock(), lambda: None)
    from nodreel.page.reply import Wanted

    told = review.get(Wanted(("review", episode.name))).body.decode()
    assert "cannot be opened here" in told
    assert "Delete all of it" in told


def test_cutting_takes_what_was_said_and_leaves_the_rest(
    client: Client, episode: Path, studio: Studio, paths: Paths
) -> None:
    before = [e.t for e in open_episode(episode, studio.identity).events()]
    assert client.post(f"/review/{episode.name}/cut", first="8", last="10").status == 303
    left = Store(paths, SystemClock()).episodes()
    assert not left, "without its signing key an episode goes whole"
    assert before


def test_a_cut_that_can_be_signed_leaves_the_rest(
    studio: Studio, episode: Path, paths: Paths
) -> None:
    from nodreel.events import Gap, Nanos

    store = Store(paths, SystemClock())
    gone = store.cut(episode.name, Nanos(8_000_000_000), Nanos(10_000_000_000), studio.signing.sign)
    assert gone.segments
    events = list(open_episode(episode, studio.identity).events())
    assert any(isinstance(event, Gap) for event in events)
    assert not any(event.t > 8_000_000_000 for event in events if not isinstance(event, Gap))
    assert any(event.t < 1_000_000_000 for event in events)


@pytest.mark.parametrize(("first", "last"), [("2", "1"), ("-1", "2"), ("x", "2"), ("nan", "2")])
def test_a_cut_that_makes_no_sense_cuts_nothing(
    client: Client, episode: Path, first: str, last: str
) -> None:
    assert client.post(f"/review/{episode.name}/cut", first=first, last=last).status == 409
    assert episode.exists()


def test_deleting_keeping_and_releasing(client: Client, episode: Path, paths: Paths) -> None:
    def hold() -> object:
        return Store(paths, SystemClock()).episodes()[0].hold

    where = f"/review/{episode.name}"
    assert client.post(f"{where}/keep", kept="yes").status == 303
    assert hold().kept  # type: ignore[attr-defined]
    assert "Let it go on by itself" in client.get(where).body
    assert client.post(f"{where}/release").status == 303
    assert hold().released  # type: ignore[attr-defined]
    assert not hold().kept  # type: ignore[attr-defined]
    assert client.post(f"{where}/release").status == 409
    assert client.post(f"{where}/dance").status == 409
    assert client.post(f"{where}/delete").status == 303
    assert not episode.exists()
    assert client.get(where).status == 409


def test_what_would_leave_is_named_with_its_size(client: Client, episode: Path) -> None:
    told = words(client.get(f"/review/{episode.name}").body)
    assert "What would leave this machine" in told
    sizes = {f.name: f.stat().st_size for f in episode.iterdir()}
    leaves = {n: size for n, size in sizes.items() if n not in {"local.json", "hold.json"}}
    assert len(leaves) > 1
    for name, size in leaves.items():
        assert f"{name}, " in told
        assert f"({size})" in told
    assert f"{len(leaves)} files" in told
    assert "hold.json" not in told
    assert "local.json" not in told
    assert calm((episode / "chain.jsonl").read_text().splitlines()[0]) in html.unescape(told)


@pytest.mark.parametrize("name", ["..", "%2e%2e", "A" * 26, "x"])
def test_other_folders_are_no_episodes(client: Client, episode: Path, name: str) -> None:
    assert client.get(f"/review/{name}").status in {404, 409}
    assert client.post(f"/review/{name}/delete").status in {404, 409}


def test_my_data_is_a_zip_that_opens(studio: Studio, episode: Path, paths: Paths) -> None:
    pieces = list(archive(paths, SystemClock(), studio.identity))
    assert len(pieces) > 3, "it is sent while it is being made"
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as made:
        names = made.namelist()
        assert "READ ME.txt" in names
        place = f"episodes/{episode.name}"
        assert "key" in made.read(f"{place}/timeline.txt").decode()
        first = made.read(f"{place}/events.jsonl").splitlines()[0]
        assert "type" in json.loads(first)
        assert any(name.endswith(".png") for name in names)
        assert made.testzip() is None
    with zipfile.ZipFile(io.BytesIO(b"".join(archive(paths, SystemClock(), None)))) as made:
        assert f"episodes/{episode.name}/cannot be opened.txt" in made.namelist()


@pytest.fixture
def browsed(studio: Studio) -> Path:
    """Another episode, a day later: a site, a gap."""
    from nodreel.events import Focus, Gap, Nanos

    studio.clock.pass_(86_400)
    start = studio.clock.now
    t = [Nanos(start + seconds * SECOND) for seconds in range(8)]
    writer = studio.writer()
    for event in (
        Focus(t[0], "browser", None, "wiki", "https://wiki.example.org/a"),
        replace(key(0), t=t[1]),
        replace(key(0, press=False), t=Nanos(t[1] + 1)),
        Gap(t[2], t[6]),
        Focus(t[6], "editor"),
    ):
        writer.add(event)
    writer.close("test")
    writer.leave()
    return max(studio.folder.iterdir(), key=lambda folder: folder.stat().st_mtime_ns)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("app=browser", "browsed"),
        ("site=WIKI.example", "browsed"),
        ("site=wiki&app=editor", ""),
        ("app=editor", "both"),
        ("site=&app=", "both"),
        ("since=2026-01-01T00:00", "both"),
        ("until=2026-01-01T00:00", ""),
        ("since=2036-01-01T00:00", ""),
        ("app=%3Cscript%3E", ""),
    ],
)
def test_what_is_looked_for_is_found(
    client: Client, episode: Path, browsed: Path, query: str, found: str
) -> None:
    body = client.get(f"/review?{query}").body
    assert (episode.name in body) is (found == "both")
    assert (browsed.name in body) is (found in {"both", "browsed"})
    assert "<script" not in body


def test_a_day_is_found_by_its_time(
    client: Client, paths: Paths, episode: Path, browsed: Path
) -> None:
    first = next(e for e in Store(paths, SystemClock()).episodes() if e.id == episode.name)
    assert first.started
    between = datetime.fromtimestamp(first.started / 1e9 + 3600, tz=UTC).astimezone()
    told = client.get(f"/review?since={between:%Y-%m-%dT%H:%M}").body
    assert browsed.name in told
    assert episode.name not in told


def test_a_hit_leads_to_its_moment(client: Client, browsed: Path) -> None:
    body = client.get("/review?app=editor").body
    assert f"/review/{browsed.name}?from=6.0" in body


@pytest.mark.parametrize("since", ["x", "2026-13-01T00:00", "9" * 400, "0001-01-01T00:00"])
def test_what_is_no_time_is_said_to_be_none(client: Client, episode: Path, since: str) -> None:
    answer = client.get(f"/review?since={since}")
    assert answer.status in {200, 409}
    assert since == "0001-01-01T00:00" or "no date and time" in answer.body


def test_without_the_key_it_is_said_that_nothing_was_looked_into(
    paths: Paths, episode: Path
) -> None:
    review = Review(paths, SystemClock(), lambda: None)
    told = words(review.get(Wanted(("review",), {"app": "editor"})).body.decode())
    assert "cannot be opened here: 1" in told


def test_a_gap_says_why_from_the_log_of_this_machine(
    client: Client, browsed: Path, paths: Paths
) -> None:
    stored = next(e for e in Store(paths, SystemClock()).episodes() if e.id == browsed.name)
    assert stored.started
    span = {
        "from": 0, "to": 4 * SECOND, "wall": iso(WallNanos(stored.started + 2 * SECOND)),
        "boot": "x", "state": "paused", "why": "", "says": "",
    }  # fmt: skip
    paths.coverage.write_text(json.dumps(span) + "\n")
    paths.coverage.chmod(0o600)
    told = words(client.get(f"/review/{browsed.name}").body)
    assert "nothing until 0:00:06" in told
    assert "you had paused or stopped nodreel" in told


def test_a_picture_of_what_was_kept_alone_is_cut_to_it(studio: Studio, episode: Path) -> None:
    picture = open_episode(episode, studio.identity).frame_at(10**9)
    assert picture
    from PIL import Image

    kept = (Rect(64, 0, 40, 30), Rect(80, 20, 64, 50))
    with Image.open(io.BytesIO(png(replace(picture, kept=kept), kept_only=True))) as image:
        assert image.size == (80, 70)
        with Image.open(io.BytesIO(png(picture))) as whole:
            assert image.tobytes() == whole.crop((64, 0, 144, 70)).tobytes()
    assert png(replace(picture, kept=()), kept_only=True) == png(picture)


def test_a_small_picture_is_the_mean_of_blocks(studio: Studio, episode: Path) -> None:
    picture = open_episode(episode, studio.identity).frame_at(10**9)
    assert picture
    from PIL import Image

    with Image.open(io.BytesIO(png(picture, 150))) as image:
        assert image.size == (picture.width // 2, picture.height // 2)
        with Image.open(io.BytesIO(png(picture))) as whole:
            expected = whole.reduce(2).crop((0, 0, *image.size)).tobytes()
        assert max(abs(a - b) for a, b in zip(image.tobytes(), expected, strict=True)) <= 1


def test_ten_places_lead_through_an_episode(client: Client, episode: Path) -> None:
    body = client.get(f"/review/{episode.name}?from=5").body
    assert body.count('aria-current="true"') == 1
    assert client.get(f"/review/{episode.name}?from=x").status == 409
