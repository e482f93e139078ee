"""All that is stored on this machine: what is held, what may leave, what is deleted and how."""

from __future__ import annotations

from nodreel.store.erase import Deleted
from nodreel.store.shelf import StoredEpisode
from nodreel.store.store import Enforced, Store

__all__ = ["Deleted", "Enforced", "Store", "StoredEpisode"]
