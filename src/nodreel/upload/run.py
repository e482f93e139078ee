"""Sending what was released: packed, put, read back, and only then deleted here.

Each step is noted durably before the next begins, so a kill at any byte loses nothing and sends
nothing twice: batches have the hash of their content as name, the manifest comes last, and an
episode is deleted here only when the store has given back each byte of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from nodreel.consent.requests import drop, prepare
from nodreel.errors import EpisodeError, StoreError, UploadError
from nodreel.store import Store
from nodreel.upload.batch import LARGEST, Listed, Manifest, pack, plan
from nodreel.upload.objects import BATCHES, MANIFESTS, content_key, is_content_of
from nodreel.upload.queue import Staying, Waiting, is_released, look, open_episode_folder, queue
from nodreel.upload.sent import SENT, Sending, SentLedger

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.paths import Paths
    from nodreel.upload.objects import ObjectStore
    from nodreel.upload.permit import Permit

_TRIES = 2  # of one object, when the store gives back something else than it was given


class Gauge(Protocol):
    """What limits rate and amount: ``Pace``."""

    @property
    def largest(self) -> int:
        """Bytes of the largest batch."""
        ...

    def may(self, size: int) -> bool:
        """Whether that many bytes may still be moved today."""
        ...

    def moved(self, size: int) -> None:
        """Count bytes, and wait as long as they were worth."""
        ...


@dataclass(slots=True)
class Outcome:
    """What one run led to. ``waits``: why it ended early, though nothing is wrong."""

    sent: list[str] = field(default_factory=list)
    segments: int = 0
    bytes: int = 0
    staying: list[Staying] = field(default_factory=list)
    waits: str | None = None


class Waits(Exception):  # noqa: N818  not an error: it is not the moment
    """Nothing is wrong, but no more is sent now; says why."""


class Uploader:
    """One run. ``check`` is asked before each batch: a new Permit, or it raises.

    ``told`` hears (bytes confirmed, bytes of all).
    """

    def __init__(
        self, paths: Paths, clock: Clock, *, objects: ObjectStore, gauge: Gauge,
        check: Callable[[], Permit], told: Callable[[int, int], None],
    ) -> None:  # fmt: skip
        self._paths, self._clock = paths, clock
        self._objects, self._gauge, self._check, self._told = objects, gauge, check, told
        self._store = Store(paths, clock)
        self._ledger = SentLedger(paths.data / SENT)
        self._all = 0
        self._fresh: set[str] = set()  # episodes of which nothing was sent before this run
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Send what may leave; raises UploadError, StoreError, and what ``check`` raises.

        ``outcome`` says what was done until then.
        """
        try:
            grant = self._check().grant
            self._finish(grant.consent_id)
            waiting, staying = queue(self._paths, self._clock, grant)
            self.outcome.staying += staying
            self._all = sum(episode.bytes for episode in waiting)
            for episode in waiting:
                try:
                    self._send(episode)
                except EpisodeError as error:
                    self.outcome.staying.append(Staying(episode.id, str(error)))
        except Waits as why:
            self.outcome.waits = str(why)
        return self.outcome

    def _finish(self, consent: str) -> None:
        """Delete here what was sent whole under an earlier consent; the rest is looked at anew."""
        self._store.finish()
        here = {episode.id for episode in self._store.episodes()}
        for noted in self._ledger.all():
            if noted.state == "sent" and noted.consent != consent and noted.episode in here:
                self._forget(noted)

    def _send(self, episode: Waiting) -> None:
        noted = self._noted(episode)
        listed = []
        for seqs in noted.batches:
            self._permitted(episode)
            with open_episode_folder(self._paths, episode.id) as folder:
                data = pack(folder, episode.chain, episode.first_line, seqs)
            noted = self._confirmed(noted, content_key(BATCHES, data), data)
            listed.append(Listed(sha256=content_key("", data)[1:], size=len(data)))
        manifest = Manifest(
            episode=episode.id, batches=tuple(listed), chain=episode.raw.decode()
        ).data
        self._permitted(episode)
        noted = self._confirmed(noted, content_key(MANIFESTS, manifest), manifest)
        noted = noted.model_copy(update={"state": "sent"})
        self._ledger.note(noted)
        self._forget(noted)
        self.outcome.segments += sum(map(len, noted.batches))

    def _noted(self, episode: Waiting) -> Sending:
        """Return what was begun with this episode, or begin; written before anything leaves."""
        noted = self._ledger.get(episode.id)
        if noted is not None:
            if noted.chain != episode.sha256 or noted.state == "gone":
                raise EpisodeError("It was changed after a part of it was sent, so it stays here.")
            return noted
        start = episode.chain.start
        allowed = self._check()
        request = prepare(self._paths, allowed.upload, allowed.grant, [episode.id])
        noted = Sending(
            episode=episode.id, consent=start.consent, public_key=start.public_key,
            request=request, chain=episode.sha256,
            batches=tuple(map(tuple, plan(episode.chain, min(LARGEST, self._gauge.largest)))),
        )  # fmt: skip
        self._ledger.note(noted)
        self._fresh.add(episode.id)
        return noted

    def _permitted(self, episode: Waiting) -> None:
        """Insist that it may still leave, now; what the person does meanwhile counts at once."""
        grant = self._check().grant
        if not is_released(self._store, episode.id):
            raise EpisodeError("It is not released any more, or was deleted.")
        if look(self._paths, episode.id, grant).sha256 != episode.sha256:
            raise EpisodeError("It was changed while it was sent, so the rest stays here.")

    def _confirmed(self, noted: Sending, key: str, data: bytes) -> Sending:
        """Put one object and read it back; note that it is there.

        What an earlier run read back only has to be there still, as long as it was.
        """
        name = key.rpartition("/")[2]
        if name not in noted.done:
            self._put(key, data, begun=noted.episode not in self._fresh)
            noted = noted.model_copy(update={"done": (*noted.done, name)})
            self._ledger.note(noted)
        elif self._objects.size(key) != len(data):
            self._put(key, data, begun=False)
        self.outcome.bytes += len(data)
        self._told(self.outcome.bytes, max(self._all, self.outcome.bytes))
        return noted

    def _put(self, key: str, data: bytes, *, begun: bool) -> None:
        if not self._gauge.may(len(data)):
            raise Waits("Today's amount is used up; it goes on tomorrow.")
        if begun and self._is_there(key, data):
            return  # the answer to an earlier try was lost, not what was sent
        for _ in range(_TRIES):
            self._objects.put(key, data)
            self._gauge.moved(len(data))
            if self._is_there(key, data):
                return
        raise UploadError(
            "The store does not give back what it was given, so nothing is deleted here.",
            advice="Show this to whoever runs the store; `nodreel upload` tries again.",
        )

    def _is_there(self, key: str, data: bytes) -> bool:
        """Whether the store gives back every byte: the only confirmation that counts."""
        back = self._objects.get(key, len(data))
        self._gauge.moved(len(back or b""))
        return back is not None and is_content_of(key, back)

    def _forget(self, noted: Sending) -> None:
        """Delete here what is confirmed; what changed meanwhile stays, for ``asking``."""
        try:
            self._store.forget_sent(noted.episode, noted.chain)
        except (EpisodeError, StoreError) as error:
            why = f"All of it was sent, and it could not be deleted here. {error}"
            self.outcome.staying.append(Staying(noted.episode, why))
            return
        drop(self._paths, noted.request)
        self.outcome.sent.append(noted.episode)
