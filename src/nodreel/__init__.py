"""nodreel: nothing rolls until you nod.

The path of the data is the path through the folders:

    consent   the yes, without which nothing below can be started
    desktop   senses input, windows and pixels
    sources   turn them into events
    gate      drops what is not designated, at the door and again with hindsight
    ring      holds the last seconds in memory in between
    scrub     takes secret shapes out of what was typed, of titles and of notes
    episode   seals what is left into segments on disk, and reads them back
    store     holds them until the person lets them go, and deletes
    action    makes clicks, texts and selections of what was recorded

For reading what was recorded: ``for item in open_episode(folder, key): ...``; what the person did:
``actions(episode)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodreel.action import Action, actions
    from nodreel.episode import Episode, Picture, open_episode

__all__ = ["Action", "Episode", "Picture", "actions", "open_episode"]


def __getattr__(name: str) -> object:
    """Load the reader when it is first asked for: every face imports this package."""
    if name not in __all__:
        raise AttributeError(f"module 'nodreel' has no attribute {name!r}")
    from nodreel import action, episode  # noqa: PLC0415

    return getattr(episode if hasattr(episode, name) else action, name)
