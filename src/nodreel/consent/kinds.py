"""The kinds of data in plain words: what each is called, what it means and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.events import Kind
from nodreel.language.speech import ENGLISH, message

if TYPE_CHECKING:
    from nodreel.language import Speech

_WORDS: Final = {
    Kind.POINTER: (message("pointer"), message("where you move, click and scroll"), ""),
    Kind.KEYS: (
        message("keys"),
        message("that you press keys, and of which sort"),
        message("How much of it is said with each app."),
    ),
    Kind.TEXT: (
        message("text"),
        message("which letters you type, where the list of apps says so"),
        message(
            "Never in password fields that are recognised. Where a field cannot be judged, only the"
            " sort of each key. It needs your yes to keys, too."
        ),
    ),
    Kind.SCREEN: (
        message("screen"),
        message("pictures of the windows of these apps"),
        message("Of a web browser only the page, and nothing else on the screen."),
    ),
    Kind.TITLES: (
        message("titles"),
        message("titles of windows, and shortened addresses of pages; they can name people"),
        message("Of an address, what follows a question mark is not kept."),
    ),
    Kind.ELEMENTS: (
        message("elements"),
        message("names of the buttons, menus and fields that you use"),
        message("Never what stands in a field."),
    ),
    Kind.MAIL: (
        message("mail"),
        message("all of this in apps and sites for mail, too; those who write to you there were"
                " not asked"),
        "",
    ),
    Kind.CHAT: (
        message("chat"),
        message("all of this in apps and sites for messages and calls, too; those who write to you"
                " there were not asked"),
        "",
    ),
    Kind.ACCESSIBILITY: (
        message("accessibility"),
        message("nodreel switches your desktop's accessibility on, for all programs"),
        message(
            "So buttons and password fields are recognised. It can slow down pages, and is undone"
            " when you withdraw."
        ),
    ),
}  # fmt: skip


def kind_name(kind: Kind, say: Speech = ENGLISH) -> str:
    """Return what a kind is called."""
    return say(_WORDS[kind][0])


def kind_short(kind: Kind, say: Speech = ENGLISH) -> str:
    """Return what it means, in half a sentence."""
    return say(_WORDS[kind][1])


def kind_more(kind: Kind, say: Speech = ENGLISH) -> str:
    """Return what there is to know of it besides; often nothing."""
    more = _WORDS[kind][2]
    return say(more) if more else ""


def kind_line(kind: Kind, say: Speech = ENGLISH) -> str:
    """Return name and meaning in a line."""
    return say("{place}: {how}", place=kind_name(kind, say), how=kind_short(kind, say))


def kind_words(kind: Kind, say: Speech = ENGLISH) -> str:
    """Return all of it, for where there is but one line."""
    more = kind_more(kind, say)
    return f"{kind_line(kind, say)}. {more}".removesuffix(".").strip()


KIND_WORDS: Final = {kind: kind_words(kind) for kind in Kind}
