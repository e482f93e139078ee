"""Which page answers what."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nodreel.errors import ControlError, NodreelError
from nodreel.host.keyring import review_key
from nodreel.language import choose, languages, message, remember
from nodreel.page.consent import Consent
from nodreel.page.export import archive
from nodreel.page.home import Home
from nodreel.page.look import error_page
from nodreel.page.records import Records
from nodreel.page.reply import Reply
from nodreel.page.review import Review
from nodreel.page.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock
    from nodreel.page.reply import Wanted
    from nodreel.paths import Paths


_PLACE: Final = re.compile(r"[a-z]+(/[A-Za-z0-9-]+)*")  # a path of ours, and nothing else


class Site:
    """All pages of one person."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        home, self._consent = Home(paths, clock), Consent(paths, clock)
        self._say, self._speeches = choose(paths), languages(paths)
        review, records = Review(paths, clock), Records(paths, clock)
        self._home, self._trial = home, Trial(paths, clock)
        self._paths, self._clock = paths, clock
        self._pages: dict[str, Callable[[Wanted], Reply]] = {
            "": home.now,
            "consent": self._consent.get,
            "recorded": home.recorded,
            "explain": home.explain,
            "review": review.get,
            "receipts": records.get,
            "trial": self._trial.get,
            "export": self._export,
        }
        self._forms: dict[str, Callable[[Wanted], Reply]] = {
            "consent": self._consent.post,
            "language": self._speak,
            "pause": home.pause,
            "resume": home.resume,
            "stop": home.stop,
            "start": home.start,
            "trial": self._trial.post,
            "withdraw": self._withdraw,
            "delete": home.delete,
            "review": review.post,
        }

    def get(self, wanted: Wanted) -> Reply:
        """Show a page."""
        return self._of(self._pages, self._worded(wanted))

    def post(self, wanted: Wanted) -> Reply:
        """Take a form."""
        return self._of(self._forms, self._worded(wanted))

    def _worded(self, wanted: Wanted) -> Wanted:
        there = tuple((speech.code, speech.name) for speech in self._speeches.values())
        return replace(wanted, say=self._say, languages=there)

    def _speak(self, wanted: Wanted) -> Reply:
        """Show pages in another language from now on; the person's other faces follow."""
        code, back = wanted.fields.get("code", ""), wanted.fields.get("back", "")
        if code not in self._speeches:
            raise ControlError(message("There is no such language here."))
        self._say = self._speeches[code]
        remember(self._paths, code)
        return Reply(go=f"/{back}" if _PLACE.fullmatch(back) else "/")

    def _export(self, wanted: Wanted) -> Reply:
        """Hand out all that is stored of the person, as it is being put together."""
        del wanted
        pieces = archive(self._paths, self._clock, review_key())
        return Reply(kind="application/zip", name="nodreel-my-data.zip", stream=pieces)

    def _withdraw(self, wanted: Wanted) -> Reply:
        """Take the yes back first; a test recording goes with it."""
        reply = self._home.withdraw(wanted)
        self._trial.forget()
        return reply

    def close(self) -> None:
        """Leave a ceremony that got no answer, and delete a test recording."""
        self._consent.close()
        self._trial.close()

    @staticmethod
    def _of(answers: dict[str, Callable[[Wanted], Reply]], wanted: Wanted) -> Reply:
        answer = answers.get(wanted.parts[0] if wanted.parts else "")
        if answer is None:
            return error_page(404, message("There is no such page."), wanted=wanted)
        try:
            return answer(wanted)
        except NodreelError as error:
            return error_page(409, str(error), error.advice, wanted)
