"""What a person looks for in what is stored: an app, a site, a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.events import Focus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nodreel.clock import WallNanos
    from nodreel.episode.reader import Item


@dataclass(frozen=True, slots=True)
class Sought:
    """What to look for; empty words and None are anything. Times are wall nanoseconds."""

    app: str = ""
    site: str = ""
    since: WallNanos | None = None
    until: WallNanos | None = None

    @property
    def anything(self) -> bool:
        """Whether nothing is looked for."""
        return not (self.inside or self.since is not None or self.until is not None)

    @property
    def inside(self) -> bool:
        """Whether episodes have to be opened to find it."""
        return bool(self.app or self.site)

    def overlaps(self, started: WallNanos | None, length: int) -> bool:
        """Whether an episode touches the stretch; one without a known time might."""
        if started is None:
            return True
        is_over = self.since is not None and started + length < self.since
        return not is_over and not (self.until is not None and started > self.until)

    def fits(self, focus: Focus) -> bool:
        """Whether what came to the front is looked for."""
        app, site = self.app.casefold(), self.site.casefold()
        where = f"{focus.site} {focus.address or ''}".casefold()
        return app in focus.app.casefold() and site in where and (not site or bool(focus.site))


def moments(items: Iterable[Item], sought: Sought) -> Iterator[Focus]:
    """Yield where in an episode it came to the front."""
    return (item for item in items if isinstance(item, Focus) and sought.fits(item))
