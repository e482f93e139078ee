"""From the ring to the disk: hindsight, scrub, episode writer. Runs on the agent's thread."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.events import MILLISECOND, SECOND, Key, KeyClass, Nanos, Pace, Sparing
from nodreel.gate.gate import Drop, Rules
from nodreel.gate.hindsight import Hindsight
from nodreel.scrub.sieve import Scrubber

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.agent.capture import Capture
    from nodreel.clock import Clock
    from nodreel.episode.writer import EpisodeWriter
    from nodreel.events import Event
    from nodreel.ring import Waiting
    from nodreel.scrub.shape import Finder
    from nodreel.scrub.sieve import Unkept
    from nodreel.scrub.spots import Spots


STALLED: Final = 1500 * MILLISECOND
"""Nobody pumps as rarely as this but on a machine that lets nobody run."""
MOMENT: Final = 500 * MILLISECOND
"""After that, reports that had to wait get so long to come in."""


class Pipeline:
    """One per opening of the senses; ``pump`` it often."""

    def __init__(
        self,
        capture: Capture,
        rules: Rules,
        writer: EpisodeWriter,
        clock: Clock,
        *,
        hold_back_s: float,
        secrets: Sequence[Finder] = (),
        spots: Spots | None = None,
    ) -> None:
        self._capture, self._writer, self._clock = capture, writer, clock
        self._hold_back = int(hold_back_s * SECOND)
        self._hindsight = Hindsight(capture.timeline, rules)
        self._scrubber = Scrubber(secrets, spots)
        self._discarded: Counter[str] = Counter()
        self._full_asked = Nanos(0)
        self._unsealed: Nanos | None = (
            None  # time of the oldest event handed over since the last seal
        )
        self._segments, self._thinned = writer.stats.segments, writer.stats.thinned
        self._unfit = writer.stats.dropped
        self._paces: deque[Pace] = deque(maxlen=64)
        self._spares = Sparing.NOTHING
        self._pumped = clock.mono()
        self._not_before: Nanos | None = None  # after a stall

    def pump(self, seen_until: Nanos | None = None) -> None:
        """Judge what has waited long enough and hand it to the writer; may raise its errors.

        ``seen_until`` (if given): what happened later is not yet known to be under the sign.
        """
        until = self._heard()
        if until is not None and seen_until is not None and not self._shut_and_empty():
            until = min(until, seen_until)
        for event in [] if until is None else self._judge(until):
            self._tell_pace(event.t)
            self._writer.add(event)
            if self._unsealed is None:
                self._unsealed = event.t
        self._writer.tick()
        if self._capture.blind != self._scrubber.blind:
            self._capture.blind = self._scrubber.blind
            self._capture.resync()
        if self._writer.stats.segments != self._segments:
            self._segments, self._unsealed = self._writer.stats.segments, None
        self._ask_full()

    def _shut_and_empty(self) -> bool:
        """Whether nothing waits or comes in, so that what is known of the desktop can be forgotten.

        The sign may stay away for long, and nothing of what is shut would go to the disk.
        """
        with self._capture.lock:
            return self._capture.timeline.is_shut and self._capture.ring.oldest() is None

    def spare(self, sparing: Sparing) -> None:
        """Have it stand in what is written from now on that so much is given up."""
        self._paces.append(Pace(self._clock.mono(), sparing))

    def _tell_pace(self, t: Nanos) -> None:
        """Write what came to hold before ``t``; while nothing is written, only the last counts."""
        while self._paces and self._paces[0].t <= t:
            pace = self._paces.popleft()
            later = self._paces[0].t <= t if self._paces else False
            if pace.spares is not self._spares and not later:
                self._spares = pace.spares
                self._writer.add(replace(pace, t=t))

    def _heard(self) -> Nanos | None:
        """Return up to when nothing needs to wait any longer, None after a stall.

        The hold-back is for what comes late: what has not come in yet because the machine let
        nobody run must not be taken for what never came.
        """
        now = self._clock.mono()
        stalled, self._pumped = now - self._pumped > STALLED, now
        if stalled and self._not_before is None:
            self._not_before = Nanos(now + MOMENT)
        if self._not_before is not None and now < self._not_before:
            return None
        self._not_before = None
        return Nanos(min(now, self._capture.heard()) - self._hold_back)

    def _ask_full(self) -> None:
        """Ask for a whole frame once, and again only when it had time to come through the ring."""
        now = self._clock.mono()
        parts = (self._hindsight, self._writer, self._scrubber)
        wanted = any(part.wants_full for part in parts)
        if wanted and now - self._full_asked > self._hold_back + SECOND:
            self._full_asked = now
            self._capture.resync()

    @property
    def at_rest(self) -> bool:
        """Whether nothing waits to be judged, written or sealed."""
        return self._unsealed is None and not len(self._capture.ring)

    def unwritten(self, now: Nanos) -> Nanos:
        """Age of the oldest thing that is to be stored and is not on disk yet."""
        with self._capture.lock:
            waiting = self._capture.ring.oldest()
        times = [t for t in (self._unsealed, waiting.event.t if waiting else None) if t is not None]
        return Nanos(now - min(times)) if times else Nanos(0)

    def _judge(self, until: Nanos) -> list[Event]:
        capture, hindsight = self._capture, self._hindsight
        with capture.lock:
            out: list[Event] = []
            unkept: list[Unkept] = []
            began = max(hindsight.at, 0)
            for item in capture.ring.release(until):
                judged, typed = self._judged(item)
                if typed is not None:
                    unkept.append((len(out) + max(0, len(judged) - 1), typed))
                out += judged
            out += hindsight.advance(until)
            scenes = [capture.timeline[n].scene for n in range(began, hindsight.at + 1)]
            oldest = capture.ring.oldest()
            capture.timeline.forget_before(
                hindsight.at if oldest is None else min(hindsight.at, oldest.context)
            )
            waiting = capture.ring.strokes()
        return self._scrubber.sift(out, waiting, unkept, scenes)

    def _judged(self, item: Waiting) -> tuple[list[Event], Key | None]:
        """Return what may be stored, and what was typed if less than that or nothing of it may.

        What was typed can be seen on the screen, so the sieve reads it; not in secret fields.
        """
        event, tier = item.event, self._hindsight.dropped[Drop.TIER]
        judged = self._hindsight.judge(event, item.context)
        if not isinstance(event, Key) or not event.press or event in judged:
            return judged, None
        shown = bool(judged) or self._hindsight.dropped[Drop.TIER] > tier
        typed = shown and event.key_class is KeyClass.CHARACTER
        return judged, event if typed else None

    def discard(self, after: Nanos | None = None) -> None:
        """Forget what still waits and happened later than ``after`` (None: everything).

        The door is shut; called again as long as it is. From then on nothing is told of windows.
        """
        with self._capture.lock:
            oldest = self._capture.ring.oldest()
            waited = self._clock.mono() if oldest is None else oldest.event.t
            since = waited if after is None else after
            count = self._capture.ring.discard(after)
            cut = self._capture.timeline.shut(since)
        if cut:
            self.cut(since)
        self._discarded[Drop.UNCONFIRMED] += count

    def cut(self, t: Nanos) -> None:
        """Take note that what is typed was not seen up to ``t``, or not from then on."""
        self._scrubber.cut(t)

    def dropped(self) -> Counter[str]:
        """Count what was not kept, by reason, since the senses were opened."""
        parts = (
            self._capture.dropped, self._hindsight.dropped, self._scrubber.found, self._discarded
        )  # fmt: skip
        total = sum(parts, Counter[str]())
        total[Drop.OVERFLOW] += self._writer.stats.dropped - self._unfit
        total[Drop.BUDGET] += self._writer.stats.thinned - self._thinned
        total[Drop.OVERFLOW] += sum(self._capture.ring.dropped.values())
        return +total
