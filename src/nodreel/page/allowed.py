"""What this computer allows nodreel, as far as that can be looked up.

Whoever is asked has not said yes: nothing is opened, tried or started here. What a desktop really
gives is found out after the yes, by the test recording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.errors import UnsupportedError
from nodreel.host.accessibility import is_on
from nodreel.host.session import refuse_unsupported
from nodreel.language.speech import message
from nodreel.page.look import items, line
from nodreel.page.markup import el, group

if TYPE_CHECKING:
    from nodreel.language import Speech
    from nodreel.page.markup import Html

_HEAD: Final = message("What this computer allows")
_HOW: Final = message(
    "Only looked up: nothing was opened, tried or started. After a yes, a test recording tries it."
)
_GIVES: Final = message("Pointer, keys and pictures: this desktop gives them to nodreel.")
_TELLS: Final = message("Password fields and elements: programs here say which they are.")
_SILENT: Final = message(
    "Password fields and elements: programs here do not say which they are, so no text of theirs is"
    " kept."
)
_NOTHING: Final = message("On this computer, as it is, nothing can be recorded. {why}")


def hindrance(say: Speech) -> Html | None:
    """Say it openly where a yes would lead to nothing."""
    why = _why_not()
    told = line(say(_NOTHING, why=say(why)))
    return el("p", told, class_="card bad") if why else None


def looked_up(say: Speech) -> Html:
    """Return what there is to know besides, for the details of a page."""
    why = _why_not()
    first = say(_NOTHING, why=say(why)) if why else say(_GIVES)
    second = say(_TELLS) if is_on() else say(_SILENT)
    return group([el("h3", say(_HEAD)), items([first, second]), el("p", say(_HOW))])


def _why_not() -> str:
    try:
        refuse_unsupported()
    except UnsupportedError as error:
        return str(error)
    return ""
