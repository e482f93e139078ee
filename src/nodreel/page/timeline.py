"""One episode: the screen at a moment, what was kept from then on, and what of it would leave."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from nodreel.agent.coverage import read_spans
from nodreel.agent.moments import around
from nodreel.clock import WallNanos
from nodreel.episode.chain import CHAIN
from nodreel.episode.journal import LOCAL
from nodreel.errors import StoreError
from nodreel.events import SECOND, Gap, Nanos, Withheld
from nodreel.host.files import read_private
from nodreel.page.look import line, table
from nodreel.page.markup import calm, el, group
from nodreel.page.shelf import from_
from nodreel.review.told import told
from nodreel.review.words import moment, size
from nodreel.store.hold import HOLD

if TYPE_CHECKING:
    from nodreel.agent.coverage import Span
    from nodreel.episode import Episode
    from nodreel.language import Speech
    from nodreel.page.markup import Html
    from nodreel.paths import Paths
    from nodreel.store import StoredEpisode

MOST_LINES: Final = 100
"""Lines of an episode on one page."""
JUST_AFTER: Final = Nanos(SECOND // 1000)
_HEADERS: Final = 16 * 1024  # bytes of the headers that are shown
_MOST_HEADERS: Final = 8 << 20


def timeline(
    paths: Paths, episode: Episode, found: StoredEpisode, since: Nanos, say: Speech
) -> list[Html]:
    """Return what was kept from a moment on, with the picture of that moment."""
    later = (one for one in told(episode.events()) if one[0] >= since)
    lines = list(islice(later, MOST_LINES + 1))
    spans = tuple(read_spans(paths.coverage)) if any(_is_gap(e) for _, _, e in lines) else ()
    rows = [
        el("tr", el("td", el("a", moment(at), href=from_(found, at)), class_="at"),
           el("td", text, _why(item, found, spans, say)))
        for at, text, item in lines[:MOST_LINES]
    ]  # fmt: skip
    parts: list[Html] = []
    if episode.frame_at(since + JUST_AFTER) is not None:
        where = f"/review/{found.id}/frame?t={since / SECOND:.6f}"
        shown = say("The screen as it was at {time}", time=moment(since))
        picture = el("img", src=f"{where}&small=1", class_="frame", alt=calm(shown))
        parts.append(el("p", el("a", picture, href=where)))
    parts.append(_ways(found, since, say))
    parts.append(table(say("What was kept"), (say("At"), say("What")), rows))
    if lines[MOST_LINES:]:
        parts.append(el("p", el("a", say("Further on"), href=from_(found, lines[MOST_LINES][0]))))
    damage = [el("li", str(error)) for error in episode.damage]
    if damage:
        parts.append(group([el("h2", say("Damaged")), el("ul", *damage)]))
    return parts


def _ways(found: StoredEpisode, since: Nanos, say: Speech) -> Html:
    """Lead through the time: ten places in an episode, and which one is shown."""
    step = max(found.length // 10, SECOND)
    marks = range(0, max(found.length, 1), step)
    links = [
        el("li", el("a", moment(at).partition(".")[0], href=from_(found, at),
                    aria_current="true" if at <= since < at + step else None))
        for at in marks
    ]  # fmt: skip
    return el("nav", el("ol", *links, class_="steps"), aria_label=say("Through the episode"))


def _is_gap(item: object) -> bool:
    return isinstance(item, Gap | Withheld)


def _why(item: object, found: StoredEpisode, spans: tuple[Span, ...], say: Speech) -> Html | None:
    """Say from the log of this machine why nothing was recorded; a recording does not hold it."""
    if not isinstance(item, Gap) or found.started is None:
        return None
    begin, end = (WallNanos(found.started + at) for at in (item.t, item.until))
    stretches = [s for s in around(spans, begin, end) if s.state != "recorded"]
    why = dict.fromkeys(say(stretch.sentence) for stretch in stretches)
    return el("span", " ", "; ".join(list(why)[:5]), class_="faint") if why else None


def leaves(paths: Paths, found: StoredEpisode, say: Speech) -> Html:
    """Say what exactly would leave the machine: sealed segments and the signed headers."""
    folder = paths.episodes / found.id
    files = [
        (path.name, path.stat().st_size)
        for path in sorted(folder.glob("*"))
        if path.name not in {LOCAL, HOLD} and not path.name.startswith(".")
    ]
    total = size(sum(length for _, length in files))
    what = say("What would leave this machine: {count} files, {size}", count=len(files), size=total)
    return el(
        "details",
        el("summary", line(what)),
        el("p", say("Each segment is sealed. The headers beside them say how long, how large and"
                    " which programs, no time of day and no name.")),
        el("ul", *[el("li", f"{name}, {size(length)} ({length})") for name, length in files]),
        el("p", say("The headers, word by word:")),
        el("pre", *_headers(paths, found), tabindex="0", dir="ltr"),
    )  # fmt: skip


def _headers(paths: Paths, found: StoredEpisode) -> list[str]:
    try:
        text = read_private(paths.episodes / found.id / CHAIN, limit=_MOST_HEADERS)
    except (FileNotFoundError, StoreError):
        return []
    return [f"{one} " for one in text[:_HEADERS].decode("ascii", errors="replace").splitlines()]
