"""The store: held, released, deleted. Nothing here can read what it keeps."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from nodreel import host
from nodreel.clock import WallNanos
from nodreel.consent.highwater import open_high_water
from nodreel.episode.chain import CHAIN, MAX_CHAIN
from nodreel.episode.folder import Folder
from nodreel.episode.ids import is_id
from nodreel.episode.verify import read_chain
from nodreel.errors import EpisodeError, GrantError, StoreError
from nodreel.events import SECOND, Nanos
from nodreel.store.erase import (
    Deleted,
    Tombstones,
    can_sign,
    erase_episode,
    erase_segments,
    finish_episode,
    finish_segments,
    is_gone,
    waits,
)
from nodreel.store.forget import forget, take_back
from nodreel.store.hold import begin_hold, write_hold
from nodreel.store.shelf import Shelf, StoredEpisode, glance

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.paths import Paths
    from nodreel.store.hold import Hold

TOMBSTONES: Final = "tombstones"
_FRESH: Final = Nanos(5 * SECOND)  # for how long counts are not counted again
_DAY: Final = 86_400 * SECOND
_MB: Final = 1 << 20


class Limits(Protocol):
    """The part of a policy's limits that concerns the store."""

    @property
    def undo_hours(self) -> int:
        """Hours an episode is held."""
        ...

    @property
    def device_days(self) -> int:
        """Days an episode may lie on this machine."""
        ...

    @property
    def quota_mb(self) -> int:
        """MiB that all episodes may take."""
        ...


@dataclass(frozen=True, slots=True)
class Enforced:
    """What keeping the limits led to. ``over_quota``: recording has to pause, nothing was lost."""

    released: tuple[str, ...]
    expired: tuple[str, ...]
    over_quota: bool


class Store:
    """All episodes of one person. Raises StoreError for a folder that is not safely ours.

    Deleting works on a full disk and without consent. Where a ``sign`` is asked for, it is the
    signing of the current grant, or None; an episode of another key is deleted whole or not at all.
    """

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths = paths
        self._clock = clock
        self._counts: dict[str, int] | None = None
        self._counted = Nanos(0)
        self._shelf = Shelf()
        self._clean: dict[str, tuple[int, ...] | None] = {}
        self._tombstones = Tombstones(paths.data / TOMBSTONES)

    def episodes(self) -> list[StoredEpisode]:
        """Return what is stored, oldest first."""
        with self._root() as root:
            found = list(self._shelf.shelved(root))
        return sorted(found, key=lambda e: (e.started or 0, e.id))

    def counts(self) -> dict[str, int]:
        """Return how many episodes are held and released; at most 5 s old."""
        now = self._clock.mono()
        if self._counts is None or now - self._counted > _FRESH:
            states = [episode.state for episode in self.episodes()]
            self._counts = {state: states.count(state) for state in ("held", "released")}
            self._counted = now
        return self._counts

    def offer_review(self) -> int:
        """Note that the person was offered to look at what is held; returns how many episodes."""
        count = 0
        now = self._now()
        with self._root() as root:
            for found in list(self._shelf.shelved(root)):
                if found.state == "held":
                    with root.open(found.id) as episode:
                        hold = begin_hold(episode, now)
                        if not hold.offered:
                            write_hold(episode, replace(hold, offered=True))
                    count += 1
        return count

    def release_early(self, episode_id: str) -> None:
        """Let one episode leave because the person who was recorded says so, having seen it."""
        self._decide(
            episode_id, lambda hold: replace(hold, released=True, offered=True, kept=False)
        )

    def keep(self, episode_id: str, *, kept: bool) -> None:
        """Have one episode stay here until the person says otherwise, or its days are over."""
        self._decide(episode_id, lambda hold: replace(hold, kept=kept))

    def _decide(self, episode_id: str, said: Callable[[Hold], Hold]) -> None:
        self._counts = None
        with self._root() as root:
            if not is_id(episode_id) or episode_id not in root.names():
                raise _unknown(episode_id)
            with root.open(episode_id) as episode:
                state = glance(episode_id, episode).state
                if state != "held":
                    why = "still being recorded" if state == "recording" else "released already"
                    raise StoreError(f"Episode {episode_id} is {why}.", advice="You can delete it.")
                write_hold(episode, said(begin_hold(episode, self._now())))

    def hold_open(self) -> None:
        """Begin the wait of episodes without an end: nobody writes them, and nobody can close them.

        A crash left them, and the key that could close them has gone. Call it only while nobody
        writes, and after what can be closed was.
        """
        self._counts = None
        now = self._now()
        with self._root() as root:
            for found in list(self._shelf.shelved(root)):
                if found.state == "recording":
                    with root.open(found.id) as episode:
                        begin_hold(episode, now)

    def expire(self, device_days: int) -> tuple[str, ...]:
        """Delete what has lain here for longer than that, as ``enforce`` does, without any grant.

        Nothing becomes released. Returns the ids.
        """
        self._counts = None
        self.finish()
        now, expired = self._now(), []
        with self._root() as root:
            for found in list(self._shelf.shelved(root)):
                if found.state == "recording":
                    continue
                hold = found.hold
                if hold is None or hold.since > now:
                    with root.open(found.id) as episode:
                        hold = begin_hold(episode, now)
                if self._is_over(root, found.id, hold, now, device_days):
                    expired.append(found.id)
        return tuple(expired)

    def _is_over(
        self, root: Folder, name: str, hold: Hold, now: WallNanos, device_days: int
    ) -> bool:
        """Delete an episode whose days here are over; returns whether they are."""
        is_over = now - hold.since > device_days * _DAY
        if is_over:
            self._erase(root, name)
        return is_over

    def enforce(self, limits: Limits, sign: Callable[[bytes], bytes] | None = None) -> Enforced:
        """Finish deletions, begin and end holds, delete what is too old; quotas delete nothing."""
        self._counts = None
        self.finish(sign)
        now, released, expired, taken = self._now(), [], [], 0
        with self._root() as root:
            for found in list(self._shelf.shelved(root)):
                taken += found.bytes
                if found.state == "recording":
                    continue
                hold = found.hold
                leaves = hold and not hold.released and hold.may_leave(now, limits.undo_hours)
                if hold is None or hold.since > now or leaves:
                    with root.open(found.id) as episode:
                        hold = begin_hold(episode, now)
                        if not hold.released and hold.may_leave(now, limits.undo_hours):
                            write_hold(episode, replace(hold, released=True))
                            released.append(found.id)
                if self._is_over(root, found.id, hold, now, limits.device_days):
                    expired.append(found.id)
                    taken -= found.bytes
        return Enforced(tuple(released), tuple(expired), over_quota=taken > limits.quota_mb * _MB)

    def finish(self, sign: Callable[[bytes], bytes] | None = None) -> None:
        """Finish every deletion that a crash or a full disk interrupted."""
        with self._root() as root:
            take_back(root)
            for name in root.names():
                if is_gone(name):
                    finish_episode(root, name, self._tombstones, self._clock.wall())
                elif is_id(name) and self._clean.get(name) != (seen := root.stamp(name)):
                    with suppress(StoreError, EpisodeError), root.open(name) as episode:
                        finish_segments(episode, sign, self._tombstones, self._clock.wall())
                        self._note_clean(name, episode, seen)

    def _note_clean(self, name: str, episode: Folder, seen: tuple[int, ...] | None) -> None:
        """Remember that nothing waits there to be finished, until a name comes or goes."""
        if not waits(episode) and seen == episode.stamp("."):
            self._clean[name] = seen

    def delete_all(self, sign: Callable[[bytes], bytes] | None = None) -> Deleted:
        """Delete every episode; needs neither consent nor room.

        What fails with one holds up none of the others; its StoreError is raised afterwards.
        """
        del sign  # nothing remains that could be signed
        self._counts = None
        failed: StoreError | None = None
        with self._root() as root:
            take_back(root)
            names = [n for n in root.names() if is_id(n)]
            for name in names:
                try:
                    self._erase(root, name)
                except StoreError as error:
                    failed = error
        self.finish()
        if failed is not None:
            raise failed
        return Deleted(tuple(names))

    def delete_episode(
        self, episode_id: str, sign: Callable[[bytes], bytes] | None = None
    ) -> Deleted:
        """Delete one episode; raises StoreError when there is none of that id."""
        del sign
        self._counts = None
        with self._root() as root:
            take_back(root)
            if not is_id(episode_id) or episode_id not in root.names():
                raise _unknown(episode_id)
            self._erase(root, episode_id)
        return Deleted((episode_id,))

    def forget_sent(self, episode_id: str, chain_sha256: str) -> None:
        """Delete an episode of which all was sent and read back; the copy is to stay.

        Only one that was released and has the headers that were sent. Raises StoreError.
        """
        self._counts = None
        with self._root() as root:
            if not is_id(episode_id) or episode_id not in root.names():
                raise _unknown(episode_id)
            forget(root, episode_id, chain_sha256, self._tombstones, self._clock.wall())

    def delete_range(
        self, since: WallNanos, until: WallNanos, sign: Callable[[bytes], bytes] | None = None
    ) -> Deleted:
        """Delete what was recorded between two wall times, to the segment, rather more than less.

        Episodes that ``sign`` cannot sign for, or of which nothing would remain, go whole. Raises
        StoreError, after all else is deleted, when one cannot be looked at.
        """
        self._counts = None
        total, unknown = Deleted(), list[str]()
        with self._root() as root:
            take_back(root)
            for found in list(self._shelf.shelved(root, unknown)):
                total += self._delete_part(root, found, since, until, sign)
        if unknown:
            raise StoreError(
                f"{total} Not looked at: episode {unknown[0]}, which cannot be read just now, so"
                " nobody can tell when it was recorded.",
                advice=f"Try again, or delete it whole: `nodreel delete --episode {unknown[0]}`.",
            )
        return total

    def cut(
        self, episode_id: str, first: Nanos, last: Nanos,
        sign: Callable[[bytes], bytes] | None = None,
    ) -> Deleted:  # fmt: skip
        """Delete what one episode holds between two moments after its start, to the segment.

        Rather more than less; all of it where ``sign`` is not its key or nothing would remain.
        """
        self._counts = None
        with self._root() as root:
            take_back(root)
            if not is_id(episode_id) or episode_id not in root.names():
                raise _unknown(episode_id)
            with root.open(episode_id) as episode:
                if glance(episode_id, episode).state == "recording":
                    raise StoreError(
                        f"Episode {episode_id} is still being recorded.",
                        advice="Pause first; that ends it.",
                    )
            return self._erase_where(root, episode_id, lambda a, b: a <= last and b >= first, sign)

    def _delete_part(
        self, root: Folder, found: StoredEpisode, since: int, until: int,
        sign: Callable[[bytes], bytes] | None,
    ) -> Deleted:  # fmt: skip
        """Delete the segments of one episode that touch a stretch of wall time."""
        starts = self._starts(found)

        def touches(first: int, last: int) -> bool:
            return not starts or any(s + first <= until and s + last >= since for s in starts)

        if not touches(0, found.length):
            return Deleted()
        return self._erase_where(root, found.id, touches, sign)

    def _erase_where(
        self, root: Folder, name: str, touches: Callable[[int, int], bool],
        sign: Callable[[bytes], bytes] | None,
    ) -> Deleted:  # fmt: skip
        """Delete the segments of one episode whose first and last moment ``touches`` takes."""
        with root.open(name) as episode:
            try:
                chain = read_chain(episode.read(CHAIN, MAX_CHAIN))
            except EpisodeError:  # nothing says when which segment was: all of it goes
                self._erase(root, name)
                return Deleted((name,))
            there = {s: h for s, h in chain.segments.items() if not chain.removed(s)}
            seqs = [seq for seq, h in there.items() if touches(h.first, h.last)]
            left = [s for s, h in there.items() if s not in seqs and h.kind == "events"]
            if not seqs:
                return Deleted()
            if left and sign is not None and can_sign(chain, sign):
                now = self._clock.wall()
                return Deleted(segments=erase_segments(episode, seqs, sign, self._tombstones, now))
        self._erase(root, name)
        return Deleted((name,), unsigned=bool(left))

    def _starts(self, found: StoredEpisode) -> set[WallNanos]:
        """Return when an episode began: by the wall clock, and counted back on the monotonic one.

        The two differ when the wall clock was set, or the machine slept; both are believed, since
        deleting a little more than was asked for is better than less. Nothing known: any time.
        """
        wall, mono = self._clock.wall(), self._clock.mono()
        starts = {s for s in (found.started,) if s is not None}
        if found.mono is not None and found.mono <= mono:
            starts.add(WallNanos(wall - (mono - found.mono)))
        return starts

    def _erase(self, root: Folder, name: str) -> None:
        erase_episode(root, name, self._tombstones, self._clock.wall())

    def _now(self) -> WallNanos:
        """Return the time that counts for holds; it never goes back while a consent marks it."""
        with suppress(GrantError):
            return max(open_high_water(self._paths, self._clock).now(), self._clock.wall())
        return self._clock.wall()

    def _root(self) -> Folder:
        return Folder(host.private_dir(self._paths.episodes))


def _unknown(episode_id: str) -> StoreError:
    return StoreError(
        f"There is no episode {episode_id[:64]!r} here.",
        advice="`nodreel list` shows the episodes that are stored.",
    )
