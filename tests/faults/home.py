"""A person's nodreel on a disk that may fail: what they do with it, and what must hold afterwards.

Everything here is done by nodreel's own code: the ceremony, the writer, the store, the ledgers.
``deeds`` are what can be done; each tells ``say`` what was promised, at the moment it was promised.
``sound`` looks at a disk as the next start finds it and insists on every promise.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import pyrage

from nodreel.clock import WallNanos
from nodreel.consent import Ledger, read_grant, settle, withdraw
from nodreel.consent.ceremony import hold
from nodreel.consent.face import Answer
from nodreel.consent.switches import FOREVER, STOPPED, Switches, read_switches, write_switches
from nodreel.episode import EpisodeAbout, EpisodeWriter, open_episode, recover
from nodreel.errors import DeclinedError, EpisodeError, GrantError, NoConsentError
from nodreel.events import SECOND, Key, KeyClass, Nanos, Note
from nodreel.paths import Paths
from nodreel.policy import DesignatedApp, Recipient
from nodreel.store import Store
from tests.consent.yes import Person
from tests.episode.studio import Limits, Screen, TurnedClock
from tests.policy.samples import policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from nodreel.consent import Grant

DAY: Final = 86_400
EPISODES: Final = 2  # that are there before most deeds
IDENTITY: Final = os.environ.setdefault(
    "NODREEL_FAULTS_IDENTITY", str(pyrage.x25519.Identity.generate())
)
"""One for all processes of a test."""
POLICY: Final = policy(
    recipients=(
        Recipient(name="Research", key=str(pyrage.x25519.Identity.from_str(IDENTITY).to_public())),
    )
)
WIDER: Final = policy(
    recipients=POLICY.recipients,
    apps=(*POLICY.apps, DesignatedApp(id="pad", name="Pad", exe="/usr/bin/pad")),
)


def paths_in(place: Path) -> Paths:
    return Paths(place / "data", place / "run", place / "config", place / "no-policy")


@dataclass
class Promises:
    """What was promised so far. ``consents``: which may stand now, None for none at all."""

    consents: tuple[str | None, ...] = (None,)
    stored: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    wrote: tuple[str, ...] = ()
    perhaps: set[str] = field(default_factory=set)  # a deletion has begun
    lines: int = 0
    off: bool | None = None  # None: being changed
    ended: bool = False  # withdrawn with everything that was stored


def kept(marks: Iterable[object]) -> Promises:
    """Add up what was said."""
    made = Promises()
    for mark in marks:
        assert isinstance(mark, tuple)
        what, value = mark
        match what:
            case "wrote":
                made.wrote += tuple(value)
            case "stored":
                made.stored |= set(value)
            case "deleting":
                made.perhaps |= set(value)
            case "deleted":
                made.deleted |= set(value)
            case _:
                setattr(made, what, value)
    return made


class Home:
    """One person's folders, with the clock and, once they agreed, a writer."""

    def __init__(self, place: Path, say: Callable[[object], None] = lambda _mark: None) -> None:
        self.place, self.say = place, say
        self.paths = paths_in(place)
        self.clock = TurnedClock()
        self.store = Store(self.paths, self.clock)
        self.ledger = Ledger(self.paths.audit, self.clock)
        self.writer: EpisodeWriter | None = None
        self.clock_decides = False  # what is stored goes when the days to decide are over
        self._names: list[tuple[Nanos, str]] = []

    # ------------------------------------------------------------------------------- what is done

    def grant(self) -> Grant:
        return read_grant(self.paths, self.clock)

    def give(self) -> None:
        """Say yes for the first time."""
        self.say(("consents", (None, "new")))
        hold(Person(), self.paths, self.clock, POLICY)
        self.say(("consents", ("new",)))

    def renew(self) -> None:
        """Say yes to other terms while a consent stands."""
        self.say(("consents", ("old", None, "new")))
        hold(Person(), self.paths, self.clock, WIDER)
        self.say(("consents", ("new",)))

    def refuse(self) -> None:
        """Say no to other terms while a consent stands: that ends it."""
        self.say(("consents", ("old", None)))
        with suppress(DeclinedError):
            hold(Person(answer=Answer.REFUSE), self.paths, self.clock, WIDER)
        self.say(("consents", (None,)))

    def open_writer(self) -> EpisodeWriter:
        grant = self.grant()
        self.writer = EpisodeWriter(
            self.paths.episodes,
            EpisodeAbout(grant.consent_id, grant.policy_sha256, "purpose", ("pad",)),
            recipients=[POLICY.recipients[0].key],
            sign=grant.sign, public_key=grant.public_key, clock=self.clock,
            limits=Limits(episode_minutes=5),
        )  # fmt: skip
        return self.writer

    def write(self, *names: str, frames: bool = False) -> None:
        """Let these happen, a second apart, sealing whenever that is due."""
        writer = self.writer or self.open_writer()
        self.say(("wrote", names))
        screen = Screen()
        for number, name in enumerate(names):
            self.clock.pass_(1)
            t = self.clock.mono()
            self._names.append((t, name))
            writer.add(Note(t, name))
            writer.add(Key(t, True, KeyClass.CHARACTER, 38, 97, app="pad"))
            if frames:
                since = (t - 1000 * SECOND) / 1_000_000
                writer.add(screen.frame(since, (0, 0), full=number == 0))
            writer.tick()
            self._tell()

    def _tell(self) -> None:
        last = self.writer.stats.last_written if self.writer else None
        if last is not None:
            self.say(("stored", [name for t, name in self._names if t <= last]))

    def end(self) -> None:
        """End the episode and the recording."""
        writer = self.writer or self.open_writer()
        writer.close("end")
        self._tell()
        writer.leave()
        self.writer = None

    def rotate(self) -> None:
        """Let the episode become too old, so that the next thing begins another."""
        self.clock.pass_(301)
        self.write("rotated")

    def delete_range(self) -> None:
        """Delete what lies in the middle: some segments of an episode."""
        names = [name for t, name in self._names][4:8]
        first, last = (t for t, name in self._names if name in {names[0], names[-1]})
        offset = self.clock.wall() - self.clock.mono()
        self.say(("deleting", [name for _, name in self._names]))
        self.store.delete_range(
            WallNanos(first + offset), WallNanos(last + offset), self.grant().sign
        )
        self.say(("deleted", names))

    def delete_episode(self) -> None:
        """Delete the first episode."""
        began = {p.parent.name: p.read_text() for p in self.paths.episodes.glob("*/local.json")}
        first = min(began, key=lambda name: began[name].partition("mono")[2])
        names = [name for _, name in self._names if name.startswith("one")]
        self.say(("deleting", names))
        self.store.delete_episode(first, self.grant().sign)
        self.say(("deleted", names))

    def delete_all(self) -> None:
        everything = [name for _, name in self._names]
        self.say(("deleting", everything))
        self.store.delete_all(None)
        self.say(("deleted", everything))

    def look(self) -> None:
        """Let holds begin, be offered a review, and let what may leave be released."""
        self.store.enforce(POLICY.limits, self.grant().sign)
        self.store.offer_review()
        self.clock.pass_(2 * DAY)
        self.store.enforce(POLICY.limits, self.grant().sign)

    def expire(self) -> None:
        """Let what is too old go."""
        self.say(("deleting", [name for _, name in self._names]))
        self.clock.pass_((POLICY.limits.device_days + 1) * DAY)
        if len(self.store.enforce(POLICY.limits, self.grant().sign).expired) == EPISODES:
            self.say(("deleted", [name for _, name in self._names]))

    def withdraw(self) -> None:
        """Take the yes back, and all that is stored."""
        self._withdraw("delete")

    def withdraw_and_keep(self) -> None:
        self._withdraw("keep")

    def withdraw_for_later(self) -> None:
        """Take the yes back, and decide about what is stored afterwards."""
        self.clock_decides = True
        self._withdraw("later")
        self._withdraw("delete")

    def _withdraw(self, stored: str) -> None:
        self.say(("consents", ("old", None)))
        if stored == "delete":
            self.say(("deleting", [name for _, name in self._names]))
        receipt = withdraw(
            self.paths, self.clock, stored=stored,  # type: ignore[arg-type]
            discard=partial(self._gone, stored), dispose=self.dispose,
        )  # fmt: skip
        if stored == "delete" and not receipt.pending:
            self.say(("deleted", [name for _, name in self._names]))

    def _gone(self, stored: str) -> None:
        """The grant is gone for good; what goes with it goes at the next start at the latest."""
        self.say(("consents", (None,)))
        if stored == "delete" and not self.clock_decides:
            self.say(("ended", True))

    def dispose(self, stored: str) -> None:
        if stored == "delete":
            self.store.delete_all(None)

    def switch(self) -> None:
        """Pause, resume, stop."""
        for switches in (Switches(paused_until=FOREVER), Switches(), STOPPED):
            self.say(("off", None))
            write_switches(self.paths.state, switches)
            self.say(("off", switches != Switches()))

    def audit(self) -> None:
        """Write down some things."""
        for number in range(3):
            lines = self.ledger.verify().lines
            self.ledger.append("agent", "segment", {"number": number})
            self.say(("lines", lines + 1))

    def restart(self) -> None:
        """Do what each start does after a crash."""
        settle(self.paths, self.clock, dispose=self.dispose)
        grant = self.grant()
        recover(self.paths.episodes, grant.sign, grant.public_key)
        self.store.enforce(POLICY.limits, grant.sign)


# ------------------------------------------------------------------------------- what must hold


def sound(place: Path, marks: Iterable[object], old: str | None, now: Nanos) -> None:
    """Start nodreel on what a crash left, and insist on what was promised before it."""
    made = kept(marks)
    home = Home(place)
    home.clock.now = now
    grant = standing(home, made, old)
    if made.deleted:
        unreadable(place, made)
    settle(home.paths, home.clock, dispose=home.dispose)
    if not home.paths.grant.exists() and home.paths.grant.parent.exists():
        assert not home.paths.signing_key.exists(), "a key without a consent"
    if grant is not None:
        recover(home.paths.episodes, grant.sign, grant.public_key)
        home.store.enforce(POLICY.limits, grant.sign)
    elif home.paths.episodes.exists():
        home.store.finish(None)
    whole(home, made, is_closed=grant is not None)
    if home.paths.data.exists():
        log(home, made)
    if made.off is not None:
        assert read_switches(home.paths.state).paused(home.clock.wall()) == made.off


def standing(home: Home, made: Promises, old: str | None) -> Grant | None:
    """The consent is the old or the new one or none, whichever was promised; never half."""
    try:
        grant = home.grant()
    except GrantError as error:
        raise AssertionError(f"neither old nor new: {error}") from error
    except NoConsentError:
        assert None in made.consents, f"no consent, but {made.consents}"
        return None
    which = "old" if grant.consent_id == old else "new"
    assert which in made.consents, f"the {which} consent, but {made.consents}"
    return grant


def unreadable(place: Path, made: Promises) -> None:
    """Nothing on the disk gives back what was deleted, even before anything is tidied."""
    found = {n for p in place.rglob("chain.jsonl") for n in texts(p.parent)}
    assert not found & made.deleted, f"deleted, and still there: {found & made.deleted}"
    paths = paths_in(place)
    notes = list((paths.data / "tombstones").glob("*.json"))
    waits = any(paths.episodes.glob("*.gone"))  # emptied, until that can be written down
    assert notes or waits, "deleted, and nothing says so to those who have a copy"
    assert all(json.loads(note.read_text())["removed"] for note in notes)


def whole(home: Home, made: Promises, *, is_closed: bool) -> None:
    """Every episode is undamaged and in order, and holds what was promised and not deleted."""
    there: list[str] = []
    for path in home.paths.episodes.glob("*/chain.jsonl"):
        episode = open_episode(path.parent, IDENTITY)
        damage = [str(e) for e in episode.verify() if is_closed or "no last line" not in str(e)]
        assert not damage, damage
        there += [e.text for e in episode.events() if isinstance(e, Note)]
    assert not set(there) & made.deleted
    missing = made.stored - set(there) - made.perhaps
    assert not missing, f"stored, and gone: {missing}"
    if not made.perhaps:
        order = [name for name in made.wrote if name in there]
        assert order == list(made.wrote[: len(order)]), "a hole"
        assert len(there) == len(set(there)), "twice"
    if made.ended:
        assert not there
    assert not list(home.paths.episodes.rglob("*.tmp")) or not is_closed


def texts(path: Path) -> list[str]:
    """Everything that can be read from an episode, whatever state it is in."""
    try:
        episode = open_episode(path, IDENTITY)
    except EpisodeError:
        return []
    return [event.text for event in episode.events() if isinstance(event, Note)]


def log(home: Home, made: Promises) -> None:
    """The audit log follows from itself, has every promised line, and goes on."""
    before = home.ledger.verify()
    assert before.lines >= made.lines, f"{before.lines} lines of {made.lines}"
    home.ledger.append("agent", "started", {})
    after = home.ledger.verify()
    assert after.lines > before.lines
