"""Which page answers what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.page.consent import Consent
from nodreel.page.home import Home
from nodreel.page.look import error_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.page.reply import Reply, Wanted
    from nodreel.paths import Paths


class Site:
    """All pages of one person."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        home, self._consent = Home(paths, clock), Consent(paths, clock)
        self._pages: dict[str, Callable[[Wanted], Reply]] = {
            "": home.now,
            "consent": self._consent.get,
            "recorded": home.recorded,
            "explain": home.explain,
        }
        self._forms: dict[str, Callable[[Wanted], Reply]] = {
            "consent": self._consent.post,
            "pause": home.pause,
            "resume": home.resume,
            "stop": home.stop,
            "start": home.start,
            "withdraw": home.withdraw,
        }

    def get(self, wanted: Wanted) -> Reply:
        """Show a page."""
        return self._of(self._pages, wanted)

    def post(self, wanted: Wanted) -> Reply:
        """Take a form."""
        return self._of(self._forms, wanted)

    def close(self) -> None:
        """Leave a ceremony that got no answer."""
        self._consent.close()

    @staticmethod
    def _of(answers: dict[str, Callable[[Wanted], Reply]], wanted: Wanted) -> Reply:
        answer = answers.get(wanted.parts[0] if wanted.parts else "")
        return answer(wanted) if answer else error_page(404, "There is no such page.")
