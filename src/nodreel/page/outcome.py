"""What came of a test recording: each kind that was agreed to, and all that was kept, by second."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from nodreel.consent.kinds import kind_name
from nodreel.episode import Picture
from nodreel.events import SECOND, Button, Element, Focus, Key, Kind, Move, Nanos, Scroll
from nodreel.language.speech import message
from nodreel.page.look import button, line, page, table
from nodreel.page.markup import calm, el
from nodreel.review.told import told
from nodreel.review.words import moment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from nodreel.episode import Episode
    from nodreel.episode.reader import Item
    from nodreel.language import Speech
    from nodreel.page.markup import Html
    from nodreel.page.reply import Wanted

_MOST_LINES: Final = 200
_MOST_PICTURES: Final = 12
_SHOWN: Final = (Kind.POINTER, Kind.KEYS, Kind.TEXT, Kind.SCREEN, Kind.TITLES, Kind.ELEMENTS)
"""Kinds of data; the others are where and how."""
NOT_COME: Final = message(
    "none; you did nothing of the sort, or this computer does not let nodreel have it"
)


def outcome(wanted: Wanted, episode: Episode, kinds: Collection[Kind]) -> bytes:
    """Return the page; EpisodeError when there is nothing in it."""
    say = wanted.say
    came = counted(episode)
    rows = [
        el("tr", el("td", kind_name(kind, say)),
           el("td", str(came[kind]) if came[kind] else say(NOT_COME),
              class_="good" if came[kind] else None))
        for kind in _SHOWN if kind in kinds
    ]  # fmt: skip
    lines = [
        el("tr", el("td", moment(at), class_="at"), el("td", text))
        for at, text, _ in islice(told(episode.events()), _MOST_LINES)
    ]
    delete = button("/trial/delete", say("Delete it"), wanted.form)
    return page(
        wanted, say("Your test recording"),
        el("p", say("This is all that was kept. Nobody else can open it, and it stays on this"
                    " computer. Look at it, then delete it.")),
        el("div", delete, class_="row"),
        table(say("What you agreed to, and what came"), (say("Kind"), say("How many")), rows),
        *_pictures(episode, say),
        table(say("What was kept"), (say("At"), say("What")), lines),
        ways=False,
    )  # fmt: skip


def counted(items: Iterable[Item]) -> Counter[Kind]:
    """Count what came of each kind."""
    came: Counter[Kind] = Counter()
    for item in items:
        match item:
            case Move() | Button() | Scroll():
                came[Kind.POINTER] += 1
            case Key():
                came[Kind.KEYS] += 1
                came[Kind.TEXT] += item.keysym is not None and not item.press
            case Picture():
                came[Kind.SCREEN] += 1
            case Focus():
                came[Kind.TITLES] += item.title is not None
            case Element():
                came[Kind.ELEMENTS] += 1
            case _:
                pass
    return came


def _pictures(episode: Episode, say: Speech) -> list[Html]:
    """Return the picture that each second ended with, as far as it was another one."""
    last: dict[int, Nanos] = {}
    for t in episode.frame_times():
        last[t // SECOND] = t
    times = list(last.values())[-_MOST_PICTURES:]
    if not times:
        return []
    shown = [
        el("figure",
           el("img", src=f"/trial/frame?t={t / SECOND:.6f}", class_="frame",
              alt=calm(say("The screen as it was at {time}", time=moment(t)))),
           el("figcaption", line(moment(t)), class_="faint"))
        for t in times
    ]  # fmt: skip
    return [el("h2", say("What the screen showed")), el("div", *shown, class_="film")]
