"""Where things lie; one place that knows the names. ``NODREEL_HOME`` moves (almost) all of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one person: ``data`` (stored, 0700), ``runtime`` (socket, lock), ``config``.

    ``managed`` is the organisation's and never moves.
    """

    data: Path
    runtime: Path
    config: Path
    managed: Path

    @property
    def grant(self) -> Path:
        """The yes: present and valid means that recording is permitted."""
        return self.data / "consent" / "grant.json"

    @property
    def signing_key(self) -> Path:
        """Private key of the current consent; proves integrity, opens nothing."""
        return self.data / "consent" / "signing.key"

    @property
    def accessibility(self) -> Path:
        """How the desktop's accessibility was set before nodreel switched it on."""
        return self.data / "consent" / "accessibility"

    @property
    def receipts(self) -> Path:
        """What was shown and given, one file per decision."""
        return self.data / "consent" / "receipts"

    @property
    def audit(self) -> Path:
        """Hash-chained log of what nodreel did; never leaves the machine."""
        return self.data / "audit.log"

    @property
    def coverage(self) -> Path:
        """Every second accounted for; never leaves the machine."""
        return self.data / "coverage.log"

    @property
    def episodes(self) -> Path:
        """One folder per episode."""
        return self.data / "episodes"

    @property
    def trial(self) -> Path:
        """A test recording, until it is deleted; nothing leaves from here."""
        return self.data / "trial"

    @property
    def state(self) -> Path:
        """The person's own switches that outlive the agent: paused, stopped, high-water clock."""
        return self.data / "state"

    @property
    def policy(self) -> Path:
        """The person's own policy, used where no managed one exists."""
        return self.config / "policy.toml"

    @property
    def socket(self) -> Path:
        """Control socket of the agent."""
        return self.runtime / "control.sock"

    @property
    def lock(self) -> Path:
        """Held by the one agent of this session."""
        return self.runtime / "agent.lock"


def default_paths() -> Paths:
    """Find the folders of the person who runs this; creates nothing."""
    managed = Path("/etc/nodreel/policy.d")
    home = os.environ.get("NODREEL_HOME")
    if home:
        base = Path(home)
        return Paths(base / "data" / "v1", base / "run", base / "config", managed)
    import platformdirs  # noqa: PLC0415  not needed with NODREEL_HOME

    dirs = platformdirs.PlatformDirs("nodreel", appauthor=False)
    return Paths(
        Path(dirs.user_data_dir) / "v1",
        Path(dirs.user_runtime_dir),
        Path(dirs.user_config_dir),
        managed,
    )
