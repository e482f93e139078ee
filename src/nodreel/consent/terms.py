"""The terms in plain words, built from the effective policy and from nothing else.

What the organisation wrote stands in quotation marks, on one line, without invisible characters,
so it cannot pass for words of ours. The hash covers the text exactly as shown.
"""

from __future__ import annotations

import hashlib
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.consent.places import places
from nodreel.consent.quoting import quoted
from nodreel.consent.ticks import in_order
from nodreel.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.policy import Policy

NOTICE = "nodreel-notice-en-3"  # goes up with each change of the words below
LANGUAGE = "en"
PHRASE = "I agree to be recorded"
REFUSE = "no"
LATER = "later"
WITHDRAWAL = "nodreel consent withdraw"
_WIDTH = 78

KIND_WORDS = {
    Kind.POINTER: "pointer: where you move, click and scroll in designated apps",
    Kind.KEYS: "keys: what you press in designated apps (how much of it is said with each app)",
    Kind.TEXT: "text: which characters you type, only in the apps and sites that are listed as"
    " giving them, never in password fields that are recognised; where a field cannot be judged,"
    " only the sort of each key. It needs your yes to keys, too",
    Kind.SCREEN: "screen: pictures of the windows of designated apps (of a web browser only the"
    " page), nothing else on the screen",
    Kind.TITLES: "titles: window titles of designated apps, and of designated sites the address of"
    " the page, shortened and without what follows a question mark; they can name documents and"
    " people",
    Kind.ELEMENTS: "elements: names and places of the buttons, menus and fields that you click or"
    " type into; never what stands in a field",
    Kind.MAIL: "mail: all of this in apps and sites for mail, too; those who write to you there"
    " were not asked",
    Kind.CHAT: "chat: all of this in apps and sites for messages and calls, too; those who write"
    " to you there were not asked",
    Kind.ACCESSIBILITY: "accessibility: nodreel switches your desktop's accessibility on, so that"
    " buttons and password fields are recognised. That changes the desktop for all programs and"
    " can slow down pages; it is undone when you withdraw",
}
NEVER = (
    "other apps, other windows, notifications, the rest of the screen",
    "other websites, and private windows of a web browser",
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
_FIELDS = (
    (
        "Password fields are recognised through the accessibility of your desktop, in a web browser"
        " through nodreel's extension: of them no key, no picture and no content is kept."
    ),
    (
        "Where neither of the two answers, NO TEXT IS KEPT: only that keys were pressed, of which"
        " sort and when. A password that you type there shows how long it is."
    ),
    (
        "Known shapes of secrets are taken out of text, titles and addresses before they are"
        " stored: access tokens, private keys, card and account numbers, national ids."
    ),
)
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
    kinds = tuple(KIND_WORDS[kind] for kind in in_order(policy.kinds))
    if policy.synthetic == "keep":
        kinds += (_SYNTHETIC,)
    return Terms(
        NOTICE,
        (
            ("What this is", (_WHAT,)),
            ("What would be recorded (each is asked for separately)", kinds),
            ("Where: in these apps and sites and nowhere else", tuple(places(policy))),
            ("Passwords and other secrets", tuple(_secrets(policy))),
            ("What is never recorded", NEVER),
            ("Why", tuple(_why(policy))),
            ("Who can read it", tuple(_who(policy))),
            ("How long", tuple(_how_long(policy))),
            ("How to stop", _HOW_TO_STOP),
            ("Your rights", tuple(_rights(policy))),
        ),
    )


def _secrets(policy: Policy) -> Iterator[str]:
    yield from _FIELDS
    if policy.secrets:
        named = dict.fromkeys(quoted(shape.name) for shape in policy.secrets)
        yield f"Also taken out, as the policy wants it: {', '.join(named)}."


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
