"""One recording: the senses, the path and an episode writer, from permission to its end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nodreel.agent.capture import Capture
from nodreel.agent.omissions import left_out
from nodreel.errors import StoreError
from nodreel.events import SECOND, Nanos, Note
from nodreel.gate.gate import Rules

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.agent.aside import Trial
    from nodreel.agent.pipeline import Pipeline
    from nodreel.clock import Clock
    from nodreel.consent import Grant
    from nodreel.episode.writer import EpisodeWriter
    from nodreel.events import Rect, Sparing
    from nodreel.gate.apps import Digest
    from nodreel.gate.context import Context
    from nodreel.paths import Paths
    from nodreel.policy import Policy
    from nodreel.scrub.spots import Spots


SEAL_EARLY = Nanos(3 * SECOND // 4)
"""Seal that much sooner: what waits for a beat and an fsync counts as being in memory, too."""


def rules_of(grant: Grant, policy: Policy) -> Rules:
    """Return what was agreed to, as far as the policy in force still allows it."""
    kinds = grant.kinds & frozenset(policy.kinds)
    return Rules(
        apps={app.id: app for app in policy.agreed_apps(kinds)},
        kinds=kinds,
        keep_synthetic=policy.synthetic == "keep",
        sites={site.id: site for site in policy.agreed_sites(kinds)},
    )


class Recording:
    """Built only with a Grant. ``policy`` is the one in force: the consented one, or narrower.

    ``start`` opens the senses; ``prepare`` makes the rest of the path, from the ring to the disk,
    while the sign comes into view.
    """

    def __init__(
        self,
        grant: Grant,
        policy: Policy,
        clock: Clock,
        *,
        digest: Digest,
        changed: Callable[[], None],
    ) -> None:
        self.grant, self.policy = grant, policy
        self._clock = clock
        self.rules = rules_of(grant, policy)
        self.capture = Capture(
            grant, self.rules, clock, digest, changed, max_fps=policy.limits.max_fps
        )

    def start(self) -> None:
        """Open the senses; the door stays shut until ``open``."""
        self.capture.start()

    def prepare(
        self, paths: Paths, spots: Spots | None = None, trial: Trial | None = None
    ) -> Spots:  # fmt: skip
        """Make the path to the disk; may raise StoreError, and then nothing of it is there.

        ``spots``: where secrets stand on the screen since before; returns those of this one.
        ``trial``: it is a test recording, which goes elsewhere and is nobody else's to read.
        """
        # Not above: the senses are open before all this is imported.
        from nodreel.agent.pipeline import Pipeline  # noqa: PLC0415
        from nodreel.scrub.own import own_shapes  # noqa: PLC0415
        from nodreel.scrub.spots import Spots  # noqa: PLC0415

        spots = spots or Spots()
        grant, policy = self.grant, self.policy
        folder = trial.folder if trial else paths.episodes
        keys = [trial.recipient] if trial else _recipients(policy)
        self.writer: EpisodeWriter = _writer(grant, policy, folder, keys, self._clock)
        self.writer.seal_after = Nanos(self.writer.seal_after - SEAL_EARLY)
        self._pipeline: Pipeline = Pipeline(
            self.capture,
            self.rules,
            self.writer,
            self._clock,
            hold_back_s=policy.limits.hold_back_s,
            secrets=own_shapes(policy.secrets),
            spots=spots,
        )
        return spots

    def pump(self, seen_until: Nanos) -> None:
        """Move what has waited long enough to disk; may raise StoreError.

        What is later than ``seen_until``, when the sign last gave a sign of life, goes on waiting.
        """
        self._pipeline.pump(seen_until)

    def spare(self, sparing: Sparing) -> None:
        """Give up as much as that from now on, and say so in what is written."""
        if sparing is not self.capture.sparing:
            self.capture.spare(sparing)
            self._pipeline.spare(sparing)

    def open(self) -> None:
        """Let in what the gate admits."""
        now = self._clock.mono()
        if self.capture.open():
            self._pipeline.cut(now)

    def shut(self, sure_until: Nanos | None) -> None:
        """Let nothing in; forget what came after ``sure_until`` (None: all that still waits)."""
        self.capture.shut()
        self._pipeline.discard(sure_until)

    def end(self) -> None:
        """Close every connection, forget what was never confirmed, finish the episode."""
        self.capture.stop()
        self._pipeline.discard()
        self.writer.close("end")
        self.writer.leave()

    def abandon(self) -> None:
        """Close every connection and forget all that is not on disk."""
        self.capture.stop()
        self._pipeline.discard()
        self.writer.discard()
        with suppress(StoreError, MemoryError):  # then `recover` closes the episode
            self.writer.close("abandoned")
        self.writer.leave()

    def note(self, text: str) -> None:
        """Add the person's own words to what is being recorded."""
        self.capture.offer(Note(self._clock.mono(), text))

    @property
    def context(self) -> Context | None:
        """What is in front, None when the senses are not open."""
        return self.capture.context if self.capture.alive else None

    @property
    def app_name(self) -> str:
        """Name of the designated app in front, '' when there is none."""
        front = self.context.focus_app if self.context else None
        return next((app.name for app in self.policy.apps if app.id == front), "")

    @property
    def around(self) -> Rect | None:
        """The part of the desktop that what is in front is recorded in, None for none."""
        context = self.context
        window = context.scene.window(context.scene.focus) if context and context.open else None
        if context is None or window is None:
            return None
        return context.areas.get(window.id, window.outer)

    @property
    def left_out(self) -> str | None:
        """Say what is left out of what is recorded just now, None for nothing worth saying."""
        context = self.context
        return left_out(context, self.rules, self.capture.blind) if context else None

    @property
    def at_rest(self) -> bool:
        """Whether nothing waits to be judged, written or sealed."""
        return self._pipeline.at_rest

    @property
    def crowded(self) -> bool:
        """Whether what waits to be judged is so much that it should not wait for more."""
        return self.capture.ring.crowded

    @property
    def until_seal(self) -> Nanos | None:
        """How long until what the writer has is to be sealed; None when it has nothing, or now."""
        due, now = self.writer.due, self._clock.mono()
        return Nanos(due - now) if due is not None and due > now else None

    def unwritten(self, now: Nanos) -> Nanos:
        """Age of the oldest thing that is to be stored and is not on disk yet."""
        return self._pipeline.unwritten(now)

    @property
    def dropped(self) -> Counter[str]:
        """What was not kept, by reason."""
        return self._pipeline.dropped()


def _recipients(policy: Policy) -> list[str]:
    from nodreel.agent.reviewkey import review_recipient  # noqa: PLC0415  as above

    recipients = [recipient.key for recipient in policy.recipients]
    review = review_recipient() if policy.review_key else None
    return [*recipients, review] if review else recipients


def _writer(
    grant: Grant, policy: Policy, folder: Path, recipients: list[str], clock: Clock
) -> EpisodeWriter:
    from nodreel.episode.journal import EpisodeAbout  # noqa: PLC0415  as above
    from nodreel.episode.writer import EpisodeWriter  # noqa: PLC0415

    return EpisodeWriter(
        folder,
        EpisodeAbout(
            consent_id=grant.consent_id,
            policy_sha256=grant.policy_sha256,
            purpose=policy.purpose.id,
            apps=tuple(app.id for app in policy.apps),
        ),
        recipients=recipients,
        sign=grant.sign,
        public_key=grant.public_key,
        clock=clock,
        limits=policy.limits,
    )
