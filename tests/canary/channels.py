"""The ways by which something private could get into a record, and the guard against each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Keys(Enum):
    """What may be stored of the keys that were typed in a channel; never which character."""

    NOTHING = auto()
    OTHERS = auto()  # modifiers and cursor keys: they lead into a secret field and out of it
    CLASSES = auto()  # also that a character was typed, or taken back


@dataclass(frozen=True, slots=True)
class Channel:
    """``seen``: strings of it may be seen in pictures (they are what the app itself shows)."""

    name: str
    guard: str
    seen: bool = False
    keys: Keys = Keys.NOTHING


LATE = "late report"  # not played with the others, but by tests/canary/switching.py
CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("other window", "only designated apps"),
        Channel("overlap", "what lies on top is blank"),
        Channel("popup notification", "what lies on top is blank"),
        Channel("commotion", "what lies on top is blank"),
        Channel("second monitor", "only designated apps"),
        Channel("lock screen", "a grab that is no menu is secret"),
        Channel("clipboard", "the clipboard is never read"),
        Channel("file chooser", "only designated apps"),
        Channel("window title", "only designated apps"),
        Channel("secret title", "secret shapes in titles"),
        Channel("password, GTK", "secure fields by accessibility", keys=Keys.OTHERS),
        Channel("password, Qt", "secure fields by accessibility", keys=Keys.OTHERS),
        Channel("password, Tk", "no text without accessibility", keys=Keys.CLASSES),
        Channel("password, Chromium", "secure fields by the extension", keys=Keys.OTHERS),
        Channel("password, Firefox", "secure fields by the extension", keys=Keys.OTHERS),
        Channel("shown password, GTK", "once secret, always secret", keys=Keys.OTHERS),
        Channel("shown password, Qt", "once secret, always secret", keys=Keys.OTHERS),
        Channel("shown password, Chromium", "once secret, always secret", keys=Keys.OTHERS),
        Channel("shown password, Firefox", "once secret, always secret", keys=Keys.OTHERS),
        Channel("pasted secret", "secure fields by accessibility", keys=Keys.OTHERS),
        Channel("corrected secret", "secure fields by accessibility", keys=Keys.OTHERS),
        Channel("typed shape", "secret shapes in typed text", keys=Keys.CLASSES),
        Channel("no-echo prompt", "terminals without echo are sealed", keys=Keys.OTHERS),
        Channel("terminal", "no text in terminals", seen=True, keys=Keys.CLASSES),
        Channel("tier shape", "tiers of keys", seen=True, keys=Keys.CLASSES),
        Channel("tier shortcuts", "tiers of keys", seen=True, keys=Keys.OTHERS),
        Channel("element name", "secret shapes in names of elements", seen=True),
        Channel("element value", "values are no names", seen=True, keys=Keys.CLASSES),
        Channel("synthetic", "synthetic input is dropped", seen=True),
        Channel("tab strip", "only the page's viewport"),
        Channel("omnibox", "the browser's own bars are closed", keys=Keys.OTHERS),
        Channel("private window", "private windows are closed"),
        Channel("other tab", "only designated sites"),
        Channel("redirect", "only designated sites"),
        Channel("foreign frame", "frames of other sites are masked", keys=Keys.CLASSES),
        Channel("masked part", "masked selectors"),
        Channel("query string", "addresses without query", seen=True),
        Channel("card and code fields", "secure fields by the extension", keys=Keys.OTHERS),
        Channel(LATE, "a report reaches back"),
        Channel("mail", "categories are asked for"),
    )
}
