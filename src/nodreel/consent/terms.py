"""The terms in plain words, built from the effective policy and from nothing else.

What the organisation wrote stands in quotation marks, on one line, without invisible characters,
so it cannot pass for words of ours. The hash covers the text exactly as shown.
"""

from __future__ import annotations

import hashlib
import textwrap
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.policy import DesignatedApp, Policy

NOTICE = "nodreel-notice-en-2"  # goes up with each change of the words below
LANGUAGE = "en"
PHRASE = "I agree to be recorded"
REFUSE = "no"
LATER = "later"
WITHDRAWAL = "nodreel consent withdraw"
_WIDTH = 78
_LONGEST = 1000

KIND_WORDS = {
    Kind.POINTER: "pointer: where you move, click and scroll in designated apps",
    Kind.KEYS: "keys: what you press in designated apps (how much of it is said with each app)",
    Kind.SCREEN: "screen: pictures of the windows of designated apps, nothing else on the screen",
    Kind.TITLES: "titles: window titles of designated apps; they can name documents and people",
    Kind.ELEMENTS: "elements: names and places of buttons and fields in designated apps",
    Kind.TEXT: "text: which characters you type in apps and sites that say so, never in password"
    " fields that are recognised; in fields that cannot be judged only the sort of key",
    Kind.MAIL: "mail: apps and sites for mail",
    Kind.CHAT: "chat: apps and sites for messages",
    Kind.ACCESSIBILITY: "accessibility: nodreel may switch it on for the desktop",
}
NEVER = (
    "other apps, other windows, notifications, the rest of the screen",
    "the lock screen, password prompts and password managers of other programs",
    "sound, camera, location, files as such",
    "your name, your working hours, breaks or speed",
    "anything while you pause, while the sign is off, or after you withdraw",
)

_WHAT = (
    "nodreel records how you use some apps, if you agree. Nothing is recorded before you do, and"
    " nothing happens to you if you do not: no reason is asked, and nobody is told."
)
_SYNTHETIC = (
    "also input that programs make: what a password manager or a remote helper types for you"
)
_FULL = "everything you type there, PASSWORDS INCLUDED: password fields are not recognised yet"
_HOW_TO_STOP = (
    "Pause, delete or withdraw at any time, at once, without a network and without a reason.",
    "A click on the sign pauses.",
    f"To withdraw, type: {WITHDRAWAL}. It is easier than agreeing.",
    "What is stored when you withdraw is deleted, unless you say otherwise.",
    "The sign is visible whenever something is recorded: no sign, no recording.",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the person is shown: ``sections`` are (heading, lines), ``text`` is all of it."""

    version: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def text(self) -> str:
        """The whole text, wrapped for a terminal of 80 columns."""
        return "\n".join(_wrapped(self.sections)) + "\n"

    @property
    def sha256(self) -> str:
        """Hex digest of ``text`` as shown."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


def build_terms(policy: Policy) -> Terms:
    """Say what this policy would permit."""
    kinds = tuple(KIND_WORDS[kind] for kind in policy.kinds)
    if policy.synthetic == "keep":
        kinds += (_SYNTHETIC,)
    return Terms(
        NOTICE,
        (
            ("What this is", (_WHAT,)),
            ("What would be recorded (each is asked for separately)", kinds),
            ("Where: in these apps and nowhere else", tuple(map(_app, policy.apps))),
            ("What is never recorded", NEVER),
            ("Why", tuple(_why(policy))),
            ("Who can read it", tuple(_who(policy))),
            ("How long", tuple(_how_long(policy))),
            ("How to stop", _HOW_TO_STOP),
            ("Your rights", tuple(_rights(policy))),
        ),
    )


def inert(text: str) -> str:
    """Make text of others harmless to show: one line, no control, bidi or invisible characters."""
    kept = "".join(c if _is_visible(c) else " " for c in text[:_LONGEST])
    return " ".join(kept.split())


def quoted(text: str) -> str:
    """Mark words as somebody else's; quotation marks inside of them cannot end the quotation."""
    return f'"{inert(text).translate(_INNER)}"'


_INNER = str.maketrans(dict.fromkeys('"“”„‟«»\uff02', "'"))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ" or character == " "


def _app(app: DesignatedApp) -> str:
    keys = _FULL if app.keys == "full" else "of text only that you type, not what"
    return f"{quoted(app.name)}: the program {inert(app.script or app.exe)} ({keys})"


def _why(policy: Policy) -> Iterator[str]:
    yield f"{quoted(policy.purpose.text)} (purpose: {policy.purpose.id})"
    yield f"Never for: {', '.join(policy.purpose.not_purposes)}."


def _who(policy: Policy) -> Iterator[str]:
    organisation = policy.organisation
    for recipient in policy.recipients:
        yield f"{quoted(recipient.name)}, who holds the key {recipient.key}"
    if policy.review_key:
        yield "You, on this machine, as long as you can still take something back."
    yield "Nobody else: recordings are sealed for these keys before they reach the disk."
    yield (
        f"Responsible: {quoted(organisation.name)}, {quoted(organisation.address)},"
        f" {quoted(organisation.contact)} (law of {quoted(organisation.jurisdiction)})"
    )
    if organisation.works_agreement_ref is not None:
        yield f"Works agreement: {quoted(organisation.works_agreement_ref)}"


def _how_long(policy: Policy) -> Iterator[str]:
    limits = policy.limits
    yield f"Your yes is valid for {limits.validity_days} days. Then you are asked again."
    yield (
        f"Recordings stay on this machine for at least {limits.undo_hours} hours, in which you"
        f" can delete any of it, and at most {limits.device_days} days."
    )
    yield f"Those named above keep them for at most {limits.server_days} days."
    yield f"At most {limits.max_fps:g} pictures a second and {limits.quota_mb} MB on this machine."


def _rights(policy: Policy) -> Iterator[str]:
    yield "You may see, take with you, correct by deleting, and object to all of it."
    if policy.organisation.authority is not None:
        yield f"You may complain to {quoted(policy.organisation.authority)}."
    yield "If any of this gets wider, recording stops until you agree to the difference."


def _wrapped(sections: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    for heading, lines in sections:
        yield heading
        for line in lines:
            yield textwrap.fill(
                line, _WIDTH, initial_indent="  - ", subsequent_indent="    ",
                break_long_words=True, break_on_hyphens=False,
            )  # fmt: skip
        yield ""
