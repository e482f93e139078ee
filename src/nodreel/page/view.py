"""The viewer of a recording: its times and actions at once, events and pictures as they are wanted.

Pictures are opened one at a time, where somebody looks: an hour costs no more memory than a minute.
"""

from __future__ import annotations

import json
import threading
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from nodreel.action import between, find_actions
from nodreel.action.keysyms import name_of
from nodreel.events import MILLISECOND, Focus, Gap, Geometry, Note, Withheld
from nodreel.page.look import error_page
from nodreel.page.markup import document, el
from nodreel.page.png import png
from nodreel.page.reply import Reply
from nodreel.review.deeds import sentence
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodreel.action import Action
    from nodreel.episode import Episode
    from nodreel.episode.format import Spoken
    from nodreel.page.markup import Html
    from nodreel.page.reply import Wanted

BACK: Final = 3000  # milliseconds of the pointer's way that are shown behind it
AHEAD: Final = 250
MOST: Final = 2000  # events in one answer
_LONGEST: Final = 400  # characters of a line
_KEPT: Final = 16  # pictures as PNG, so that going to and fro costs nothing
KEYS: Final = (
    ("← →", "a second"), ("Shift ← →", "ten seconds"), (", .", "a picture"), ("P N", "an action"),
    ("Home End", "start, end"), ("Space", "play"), ("/", "search"),
)  # fmt: skip


class View:
    """One recording for looking at; ``get`` answers the pages. Raises EpisodeError when opened."""

    def __init__(self, episode: Episode, name: str) -> None:
        self._episode, self._name = episode, inert(name, _LONGEST)
        self._columns = episode.columns()
        self._frames = sorted(episode.frame_times())
        events = list(episode.events())
        breaks = between(episode)
        self._index = json.dumps(
            self._told(events, find_actions(events, self._frames, None, breaks), breaks)
        ).encode()
        self._lock = threading.Lock()  # a reader of pictures is for one thread at a time
        self._png = lru_cache(_KEPT)(self._draw)
        self._pages: dict[str, Callable[[Wanted], Reply]] = {
            "": self._page, "index.json": self._times, "around.json": self._around,
            "frame": self._frame,
        }  # fmt: skip

    def get(self, wanted: Wanted) -> Reply:
        """Answer what the page asks for."""
        name = wanted.parts[0] if wanted.parts else ""
        if name in {"view.js", "view.css"}:
            kind = "text/javascript" if name.endswith("js") else "text/css"
            data = files("nodreel.page").joinpath(name).read_bytes()
            return Reply(data, f"{kind}; charset=utf-8")
        answer = self._pages.get(name)
        return answer(wanted) if answer else error_page(404, "There is no such page.")

    def post(self, wanted: Wanted) -> Reply:
        """Take no form: nothing can be changed here."""
        del wanted
        return error_page(404, "There is no such form.")

    def _told(
        self, events: Sequence[Spoken], actions: Sequence[Action], breaks: Sequence[Gap]
    ) -> dict[str, object]:
        """Return what the page needs of the whole: times in ms, and a line for each action."""
        geometry = next((e for e in events if isinstance(e, Geometry)), None)
        spans = [(g, "not recorded") for g in breaks]
        spans += [(g, "no pictures: their key was deleted") for g in self._episode.screen_gaps]
        spans += [(e, "deleted") for e in events if isinstance(e, Gap)]
        held = [e for e in events if isinstance(e, Withheld)]
        gaps = [(_ms(g.t), _ms(g.until), why) for g, why in spans]
        gaps += [(_ms(e.t), _ms(e.until), f"withheld: {e.why.value}") for e in held]
        return {
            "length": _ms(self._episode.length), "frames": [_ms(t) for t in self._frames],
            "size": [geometry.width, geometry.height] if geometry else [0, 0],
            "actions": [
                [_ms(a.start), _ms(a.end), a.kind.value, inert(sentence(a), _LONGEST)]
                for a in actions
            ],
            "words": [
                [_ms(e.t), inert(said, _LONGEST)] for e in events if (said := _words(e))
            ],
            "gaps": sorted(gaps),
            "damage": [inert(str(e), _LONGEST) for e in self._episode.damage[:20]],
        }  # fmt: skip

    def _times(self, wanted: Wanted) -> Reply:
        del wanted
        return Reply(self._index, "application/json")

    def _around(self, wanted: Wanted) -> Reply:
        """Tell the pointer's way, buttons and keys shortly before a moment (``t`` in ms)."""
        at = int(wanted.number("t"))
        times = self._columns["t"]
        low, high = np.searchsorted(
            times, [(at - BACK) * MILLISECOND, (at + AHEAD) * MILLISECOND]
        ).tolist()
        rows = range(max(low, high - MOST), high)
        column = {
            name: values[rows.start : high].tolist() for name, values in self._columns.items()
        }
        told: dict[str, list[list[object]]] = {"path": [], "clicks": [], "keys": []}
        for n in range(len(rows)):
            moment, kind = _ms(column["t"][n]), column["kind"][n]
            if kind in {"move", "button", "scroll"}:
                told["path"].append([moment, column["x"][n], column["y"][n]])
            if kind == "button":
                told["clicks"].append(
                    [moment, column["x"][n], column["y"][n], column["button"][n],
                     column["press"][n]]
                )  # fmt: skip
            if kind == "key" and column["press"][n]:
                told["keys"].append([moment, _key(column, n)])
        return Reply(json.dumps(told).encode(), "application/json")

    def _frame(self, wanted: Wanted) -> Reply:
        """Hand out a picture by its number."""
        number = int(wanted.number("n"))
        if number >= len(self._frames):
            return error_page(404, "There is no such picture.")
        data = self._png(number)
        return Reply(data, "image/png") if data else error_page(404, "It cannot be read.")

    def _draw(self, number: int) -> bytes:
        with self._lock:
            picture = self._episode.frame_at(self._frames[number] + 1)
        return png(picture) if picture is not None else b""

    def _page(self, wanted: Wanted) -> Reply:
        del wanted
        body = el(
            "body",
            el("link", rel="stylesheet", href="/view.css"),
            el("header", el("strong", "nodreel"), el("h1", self._name), _search()),
            el("main", _stage(), _aside()),
            el("footer", *[_keys(keys, what) for keys, what in KEYS]),
            el("script", src="/view.js"),
        )
        return Reply(document(f"{self._name} - nodreel", "en", "ltr", body))


def _search() -> Html:
    return el(
        "search", el("label", "Search", for_="find"), el("input", type="search", id="find"),
        el("span", id="count", class_="faint", role="status"),
    )  # fmt: skip


def _stage() -> Html:
    return el(
        "section",
        el("p", id="told", role="status", class_="faint"),
        el("div", el("img", id="shot", alt="The screen at this moment"), id="stage"),
        el("p", el("output", id="now"), el("span", id="pressed"), class_="now"),
        el("canvas", id="near", height=72, aria_hidden="true"),
        el("canvas", id="whole", height=48, aria_hidden="true"),
        el("label", "Moment", for_="at", class_="only-read"),
        el("input", type="range", id="at", min=0, max=0, step=100, value=0),
        aria_label="Picture and timeline",
    )  # fmt: skip


def _aside() -> Html:
    return el(
        "section", el("h2", "Actions"), el("ol", id="deeds"), el("div", id="gaps"),
        aria_label="Actions",
    )  # fmt: skip


def _keys(keys: str, what: str) -> Html:
    return el("span", *[el("kbd", key) for key in keys.split()], f" {what}")


def _ms(t: int) -> int:
    return t // MILLISECOND


def _words(event: Spoken) -> str:
    """Return what can be found of an event that is no action."""
    match event:
        case Focus(title=title, address=address, app=app):
            return " ".join(filter(None, (app, title, address)))
        case Note(text=text):
            return f"note: {text}"
        case _:
            return ""


def _key(column: dict[str, list[Any]], n: int) -> str:
    sym, code = column["keysym"][n], column["keycode"][n]
    if sym < 0:
        return str(column["key_class"][n])
    return inert(name_of(sym, code if code >= 0 else None), 24)
