"""Review as the person sees it: what is stored, what is in it, and each way to take it back."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.episode import open_episode
from nodreel.page.export import archive
from nodreel.page.png import png
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

COVERS = ("export", "png")
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
    assert "chain.jsonl" in told
    assert "hold.json" not in told


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
