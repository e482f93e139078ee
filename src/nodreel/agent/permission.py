"""Whether recording is permitted: grant, policy, pause, disk. Opens nothing that sees or hears."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from nodreel.clock import WallNanos, time_of_day
from nodreel.consent import check_grant, read_grant
from nodreel.consent.switches import FOREVER, NOT_STARTED, KeptSwitches, write_switches
from nodreel.errors import DiskFullError, GrantError, NodreelError, StoreError
from nodreel.events import SECOND, Nanos
from nodreel.host import free_bytes
from nodreel.host.files import stamp
from nodreel.language.speech import message
from nodreel.policy import Policy, load_policy, narrower_or_equal
from nodreel.policy.signature import SUFFIX as SIGNATURE
from nodreel.policy.signature import key_path

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.consent import Grant
    from nodreel.consent.switches import Switches
    from nodreel.paths import Paths
    from nodreel.policy import Limits

POLICY_EVERY = Nanos(2 * SECOND)
STORE_RETRY = Nanos(5 * SECOND)
MEGABYTE = 1024 * 1024


class Permission:
    """The checks of the interlocks grant, pause, policy and disk; each says why not, or None."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock
        self.grant: Grant | None = None
        self.refused: GrantError | None = None  # why the grant that is there does not count
        self.policy: Policy | None = None
        self.loaded: Policy | None = None  # as it lies on disk, whether or not it was agreed to
        self._policy_at: Nanos | None = None
        self._policy_files: object = None
        self._policy_why: str | None = None
        self.wider = False  # the policy asks for more than was agreed to
        self._switches = KeptSwitches(paths.state)
        self._unwritten: Switches | None = None  # what the person said and the disk did not take
        self.over_quota = False
        self.for_test = False  # the person pressed the button of a test: that begins it
        self._broken: tuple[Nanos, NodreelError] | None = None

    def why_no_grant(self) -> str | None:
        """Read the grant, or check that the one we hold still stands; raises NoConsentError."""
        held, self.grant, self.refused = self.grant, None, None
        if held is not None:
            check_grant(held, self._paths, self._clock)
            self.grant = held
            return None
        try:
            self.grant = read_grant(self._paths, self._clock)
        except GrantError as error:
            self.refused = error
            raise
        self._policy_at = None
        return None

    @property
    def switches(self) -> Switches:
        """The person's own switches, as they lie on disk now or should."""
        return self._unwritten or self._switches.read()

    def switch(self, switches: Switches) -> None:
        """Do what the person says, from now on; StoreError: it holds, but is not on disk yet."""
        self._unwritten = switches if switches.off else None
        write_switches(self._paths.state, switches)
        self._unwritten = None

    def _write_later(self) -> None:
        if self._unwritten is not None:
            with suppress(StoreError):
                self.switch(self._unwritten)

    def why_paused(self) -> str | None:
        """Say whether the person has switched off, and until when."""
        self._write_later()
        switches = self.switches
        if switches == NOT_STARTED:
            if self.for_test:
                return None
            return "You have not started nodreel since you were asked; `nodreel start` does."
        if switches.stopped:
            return "You stopped nodreel; `nodreel start` starts it again."
        if not switches.paused(self._clock.wall()):
            return None
        until = switches.paused_until
        if until is None or until == FOREVER:
            return message("Paused until you resume.")
        return f"Paused until {time_of_day(WallNanos(until))}."

    @property
    def limits(self) -> Limits | None:
        """The limits that hold: of the policy in force, if it permits recording, else as agreed.

        None without a grant.
        """
        grant = self.grant
        return None if grant is None else (self.policy or grant.policy).limits

    def why_policy(self) -> str | None:
        """Say whether the policy in force is wider than what was agreed to, or suspended."""
        grant = self.grant
        if grant is None:
            return message("No policy applies without a grant.")
        now = self._clock.mono()
        if self._policy_at is None or now - self._policy_at >= POLICY_EVERY:
            first, self._policy_at = self._policy_at is None, now
            files = stamps(self._paths)
            if first or files != self._policy_files:
                self._policy_files = files
                self._read_policy(grant)
        return self._policy_why

    def _read_policy(self, grant: Grant) -> None:
        try:
            self._policy_why = self._compare(grant)
        except NodreelError as error:
            self._policy_why = f"{error} {error.advice}"

    def _compare(self, grant: Grant) -> str | None:
        self.policy, self.wider = None, False
        self.loaded = policy = load_policy(self._paths).policy
        wider = narrower_or_equal(policy, grant.policy)
        if wider:
            self.wider = True
            more = "; ".join(str(difference) for difference in wider[:3])
            return f"The policy now asks for more ({more}); `nodreel consent give` asks you."
        if policy.suspended:
            return message("Your organisation has suspended recording for everyone.")
        self.policy = policy
        return None

    def why_disk(self) -> str | None:
        """Say whether there is room and the store works; what failed is tried again after 5 s."""
        if self._broken is not None:
            since, error = self._broken
            if self._clock.mono() - since < STORE_RETRY:
                raise error
            self._broken = None
        if self.over_quota:
            return "The recordings fill their share of the disk; `nodreel delete` makes room."
        floor = (self.limits.disk_floor_mb if self.limits else 0) * MEGABYTE
        if free_bytes(self._paths.data) < floor:
            raise DiskFullError(f"Less than {floor // MEGABYTE} MB are left on the disk.")
        return None

    def store_broke(self, error: NodreelError) -> None:
        """Take note that the store failed; `why_disk` says so for a while."""
        self._broken = (self._clock.mono(), error)


def stamps(paths: Paths) -> tuple[object, ...]:
    """Return what tells whether a policy file changed, came or went, without reading any."""
    folder = str(paths.managed)
    try:
        with os.scandir(folder) as found:
            names = sorted(one.path for one in found if one.name.endswith((".toml", SIGNATURE)))
    except OSError:
        names = []
    files = (folder, *names, str(key_path(paths)), str(paths.policy))
    return tuple((name, stamp(name)) for name in files)
