"""The terms in plain words, built from the effective policy and from nothing else.

What the organisation wrote stands in quotation marks, on one line, without invisible characters,
so it cannot pass for words of ours. The hash covers the text exactly as shown, in its language.
"""

from __future__ import annotations

import hashlib
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.consent.kinds import kind_line, kind_more, kind_name
from nodreel.consent.places import places, programs
from nodreel.consent.quoting import quoted
from nodreel.consent.ticks import in_order
from nodreel.language.speech import ENGLISH, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nodreel.language import Speech
    from nodreel.policy import Policy

NOTICE: Final = 5  # goes up with each change of the words below
PHRASE: Final = message("I agree to be recorded")
REFUSE: Final = message("no")
LATER: Final = message("later")
WITHDRAWAL: Final = "nodreel consent withdraw"
_WIDTH: Final = 78


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the terms: ``lines`` are in view wherever they are shown, ``more`` is at hand.

    The first has no heading: it says what all of this is.
    """

    key: str
    heading: str
    lines: tuple[str, ...]
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the person is shown, in which language; ``text`` is all of it."""

    parts: tuple[Section, ...]
    language: str = ENGLISH.code
    ours: bool = True

    @property
    def version(self) -> str:
        """Which words these are; those of a language that the organisation added are its own."""
        return f"nodreel-notice-{self.language}{'' if self.ours else '-added'}-{NOTICE}"

    @property
    def sections(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(heading, all its lines), in order."""
        return tuple((part.heading, part.lines + part.more) for part in self.parts)

    @property
    def text(self) -> str:
        """The whole text, wrapped for a terminal of 80 columns."""
        return "\n".join(_wrapped(self.sections)) + "\n"

    @property
    def sha256(self) -> str:
        """Hex digest of ``text`` as shown."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


def build_terms(policy: Policy, say: Speech = ENGLISH) -> Terms:
    """Say what this policy would permit, in a language."""
    heads = {
        "about": "",
        "asks": say("Who asks"),
        "why": say("Why"),
        "who": say("Who can read it"),
        "kinds": say("What would be recorded"),
        "where": say("Only here"),
        "secrets": say("Passwords"),
        "never": say("What is never recorded"),
        "long": say("How long"),
        "stop": say("How to stop"),
        "rights": say("Your rights"),
    }
    said = {
        "about": _about, "asks": _asks, "why": _why, "who": _who, "kinds": _kinds, "where": _where,
        "secrets": _secrets, "never": _never, "long": _how_long, "stop": _how_to_stop,
        "rights": _rights,
    }  # fmt: skip
    parts = []
    for key, lines in said.items():
        shown, more = lines(policy, say)
        parts.append(Section(key, heads[key], tuple(shown), tuple(more)))
    return Terms(tuple(parts), say.code, say.ours)


_Lines = tuple["Iterable[str]", "Iterable[str]"]


def _about(_: Policy, say: Speech) -> _Lines:
    return (
        say("If you agree, nodreel records how you use some apps. Nothing is recorded before."),
        say("If you say no, nothing happens to you. Nobody asks why, and nobody is told."),
    ), ()


def _asks(policy: Policy, say: Speech) -> _Lines:
    organisation = policy.organisation
    name, contact = quoted(organisation.name), quoted(organisation.contact)
    more = [
        say("Address: {address}.", address=quoted(organisation.address)),
        say("The law of {country} holds.", country=quoted(organisation.jurisdiction)),
    ]
    if organisation.works_agreement_ref is not None:
        agreement = quoted(organisation.works_agreement_ref)
        more.append(say("Works agreement: {agreement}.", agreement=agreement))
    return (say("{name} is responsible: {contact}.", name=name, contact=contact),), more


def _why(policy: Policy, say: Speech) -> _Lines:
    purpose = policy.purpose
    never = say("Never for: {uses}.", uses=", ".join(purpose.not_purposes))
    more = (say("The purpose is called {id}.", id=purpose.id),)
    return (say("{text}", text=quoted(purpose.text)), never), more


def _who(policy: Policy, say: Speech) -> _Lines:
    named = [say("{name} can.", name=quoted(r.name)) for r in policy.recipients]
    if policy.review_key:
        named.append(say("You can, on this machine, as long as you can take something back."))
    more = [
        say("{name} holds the key {key}.", name=quoted(r.name), key=r.key)
        for r in policy.recipients
    ]
    more.append(say("Recordings are sealed for these keys before they reach the disk."))
    return (*named, say("Nobody else can.")), more


def _kinds(policy: Policy, say: Speech) -> _Lines:
    kinds = in_order(policy.kinds)
    shown = [kind_line(kind, say) for kind in kinds]
    if policy.synthetic == "keep":
        shown.append(
            say("also input that programs make: what a password manager or a remote helper types"
                " for you")
        )  # fmt: skip
    more = [
        say("{place}: {how}", place=kind_name(kind, say), how=kind_more(kind, say))
        for kind in kinds if kind_more(kind, say)
    ]  # fmt: skip
    return (say("You say yes or no to each."), *shown), more


def _where(policy: Policy, say: Speech) -> _Lines:
    return places(policy, say), programs(policy, say)


def _secrets(policy: Policy, say: Speech) -> _Lines:
    more = [
        say("Password fields are recognised through the accessibility of your desktop, in a web"
            " browser through nodreel's extension."),
        say("Known shapes of secrets are taken out of text, titles and addresses before they are"
            " stored: access tokens, private keys, card and account numbers, national ids."),
    ]  # fmt: skip
    if policy.secrets:
        named = dict.fromkeys(quoted(shape.name) for shape in policy.secrets)
        more.append(say("Also taken out, as the policy wants it: {names}.", names=", ".join(named)))
    return (
        say("Of password fields that are recognised, no key and no picture is kept."),
        say("Where nodreel cannot tell, NO TEXT IS KEPT, only that keys were pressed. That can"
            " show how long a password is."),
    ), more  # fmt: skip


def _never(_: Policy, say: Speech) -> _Lines:
    return (
        say("Other apps and sites, private windows, the lock screen, sound, camera, files, your"
            " name, your working hours."),
        say("Nothing while you pause, or without the sign on the screen."),
    ), (
        say("Nor notifications and the rest of the screen, password prompts and managers of other"
            " programs, your place, your breaks and your speed."),
    )  # fmt: skip


def _how_long(policy: Policy, say: Speech) -> _Lines:
    limits = policy.limits
    return (
        say("Your yes holds for {days} days. Then you are asked again.", days=limits.validity_days),
        say("Recordings stay here {hours} hours at least, so you can delete them, and {days} days"
            " at most.", hours=limits.undo_hours, days=limits.device_days),
        say("Readers keep them {days} days at most.", days=limits.server_days),
    ), (
        *_sent(policy, say),
        say("At most {rate} pictures a second and {size} MB on this machine.",
            rate=f"{limits.max_fps:g}", size=limits.quota_mb),
    )  # fmt: skip


def _sent(policy: Policy, say: Speech) -> Iterator[str]:
    if policy.upload is None:
        yield say("Nothing is sent from this machine by itself.")
        return
    place = quoted(policy.upload.endpoint or policy.upload.to)
    yield say("Then they are sent to {place}, and deleted here.", place=place)
    if policy.upload.automatic:
        yield say("That happens by itself, unless you switch it off.")
    yield say("When you withdraw, what was sent has to be deleted there, too; nodreel asks until it"
              " is confirmed.")  # fmt: skip


def _how_to_stop(_: Policy, say: Speech) -> _Lines:
    return (
        say("Pause, delete or withdraw at any time, without a reason."),
        say("To withdraw, use the menu of the sign, or type: {command}", command=WITHDRAWAL),
    ), (
        say("A click on the sign pauses."),
        say("None of this needs a network."),
        say("What is stored when you withdraw is deleted, unless you say otherwise."),
    )


def _rights(policy: Policy, say: Speech) -> _Lines:
    shown = [say("You may see all of it, take it with you, correct it, delete it, or object.")]
    authority = policy.organisation.authority
    if authority is not None:
        shown.append(say("You may complain to {authority}.", authority=quoted(authority)))
    shown.append(say("If any of this gets wider, recording stops until you agree again."))
    return shown, ()


def _wrapped(sections: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    for heading, lines in sections:
        if heading:
            yield heading
        for line in lines:
            yield textwrap.fill(
                line, _WIDTH, initial_indent="  - ", subsequent_indent="    ",
                break_long_words=True, break_on_hyphens=False,
            )  # fmt: skip
        yield ""
