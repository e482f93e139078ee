"""The consent pages: three to read, one to decide. No script, and nothing ticked beforehand.

What the law and nodreel's own promises want in view is in view; what there is to know besides waits
in closed details on the same page. A policy that became wider is asked about on one page: the
difference, and all the terms at hand.
"""

from __future__ import annotations

import threading
import unicodedata
from typing import TYPE_CHECKING, Final

from nodreel.clock import time_of_day
from nodreel.consent import build_terms, read_grant
from nodreel.consent.face import Answer
from nodreel.consent.kinds import kind_name, kind_short
from nodreel.consent.terminal import asked_for
from nodreel.consent.terms import PHRASE, WITHDRAWAL
from nodreel.consent.ticks import NEEDS, is_nothing
from nodreel.errors import NodreelError
from nodreel.language.speech import message
from nodreel.page.allowed import hindrance, looked_up
from nodreel.page.changes import told_changes
from nodreel.page.face import PageFace
from nodreel.page.look import button, in_full, items, line, page, sections, token
from nodreel.page.markup import el
from nodreel.page.reply import Reply
from nodreel.policy import load_policy

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.events import Kind
    from nodreel.language import Speech
    from nodreel.page.markup import Html
    from nodreel.page.reply import Wanted
    from nodreel.paths import Paths

STEPS: Final = (
    ("why", message("Who and why"), ("about", "asks", "why", "who")),
    ("what", message("What and where"), ("kinds", "where", "secrets", "never")),
    ("rights", message("How long, and your rights"), ("long", "stop", "rights")),
    ("decide", message("Your decision"), ()),
)
"""Name, heading and the parts of the terms that each step shows; together they show all."""
_ANSWERS: Final = {"refuse": Answer.REFUSE, "later": Answer.LATER, "accept": Answer.ACCEPT}


class Consent:
    """The ceremony of these pages; a new one begins when the last has ended."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock
        self._face: PageFace | None = None
        self._beginning = threading.Lock()

    def get(self, wanted: Wanted) -> Reply:
        """Show a step, or how it ended."""
        name = wanted.parts[1] if len(wanted.parts) > 1 else "why"
        if name == "done":
            return Reply(self._done(wanted))
        face = self._asking(wanted.say)
        if face.error is not None or face.terms is None:
            return Reply(self._done(wanted))
        if name == "decide" or face.changes:
            return Reply(self._decide(face, wanted, {}))
        names = [step[0] for step in STEPS]
        return Reply(self._step(face, wanted, names.index(name) if name in names else 0))

    def post(self, wanted: Wanted) -> Reply:
        """Take the decision; a yes needs the phrase, and something that it is a yes to."""
        face = self._asking(wanted.say)
        answer = _ANSWERS.get(wanted.fields.get("decision", ""), Answer.NONE)
        if face.terms is None:  # a yes holds already: where it is taken back is said there
            return Reply(go="/consent/done" if answer is Answer.ACCEPT else "/")
        if answer is not Answer.REFUSE and wanted.fields.get("terms") != face.terms.sha256:
            return Reply(go="/consent")  # the form is of other terms than would be agreed to
        ticked = frozenset(k for k, _ in face.offered if wanted.fields.get(k.value) == "yes")
        why = self._why_not(wanted.say, answer, ticked, wanted.fields.get("phrase", ""))
        if why:
            return Reply(self._decide(face, wanted, dict(wanted.fields), why))
        face.decide(ticked, answer)
        return Reply(go="/consent/done")

    def close(self) -> None:
        """Leave without an answer where none was given."""
        if self._face is not None:
            self._face.leave()

    def _asking(self, say: Speech) -> PageFace:
        """Return the ceremony that waits for an answer, beginning one if need be.

        Whoever changes the language begins anew: what was shown is what is written down.
        """
        with self._beginning:
            if self._face is not None and self._face.say.code != say.code:
                self.close()
            if self._face is None or self._face.ended.is_set():
                self._face = PageFace(self._paths, self._clock, say)
                self._face.begin()
            return self._face

    @staticmethod
    def _why_not(say: Speech, answer: Answer, ticked: frozenset[Kind], phrase: str) -> str:
        if answer is Answer.NONE:
            return say("Choose one of the three buttons.")
        if answer is Answer.ACCEPT and _typed(phrase) != _typed(say(PHRASE)):
            return say("To agree, type exactly: {phrase}", phrase=say(PHRASE))
        if answer is Answer.ACCEPT and is_nothing(ticked):
            return say("You said yes to no kind of data, so there is nothing to agree to.")
        return ""

    def _step(self, face: PageFace, wanted: Wanted, number: int) -> bytes:
        say = wanted.say
        _, head, keys = STEPS[number]
        parts = [part for part in (face.terms.parts if face.terms else ()) if part.key in keys]
        on = STEPS[number + 1]
        allowed = [looked_up(say)] if "kinds" in keys else []
        row = [el("a", say("Next"), class_="button", href=f"/consent/{on[0]}")]
        if number:
            back = STEPS[number - 1]
            row.insert(0, el("a", say("Back"), class_="button", href=f"/consent/{back[0]}"))
        return page(
            wanted, say(head), _ways(say, number), None if number else hindrance(say),
            _not_ours(say), sections(parts), in_full(say("More"), parts, *allowed),
            self._in_english(say, keys), el("div", *row, class_="row"), ways=False,
        )  # fmt: skip

    def _in_english(self, say: Speech, keys: tuple[str, ...]) -> Html | None:
        """Return the same in nodreel's own English, where somebody else translated it."""
        if say.ours:
            return None
        parts = build_terms(load_policy(self._paths).policy).parts
        shown = in_full("In English", [p for p in parts if p.key in keys], all_of_it=True)
        return el("div", shown, lang="en", dir="ltr")

    @staticmethod
    def _decide(face: PageFace, wanted: Wanted, said: dict[str, str], why: str = "") -> bytes:
        say, terms = wanted.say, face.terms
        phrase = el(
            "div",
            el("label", f"{say('To agree, type:')} ", el("strong", say(PHRASE)), for_="phrase"),
            el("input", type="text", name="phrase", id="phrase", autocomplete="off",
               autocapitalize="off", spellcheck="false", value=said.get("phrase", "")),
        )  # fmt: skip
        buttons = el(
            "div",
            el("button", say("I agree"), type="submit", name="decision", value="accept"),
            el("button", say("No"), type="submit", name="decision", value="refuse"),
            el("button", say("Ask me in 30 days"), type="submit", name="decision", value="later"),
            class_="row",
        )
        fields = [
            _question(say, kind, said, in_words=bool(face.changes)) for kind, _ in face.offered
        ]
        shown = el("input", type="hidden", name="terms", value=terms.sha256 if terms else "")
        form = el("form", token(wanted.form), shown, *fields, phrase, buttons, method="post",
                  action="/consent/decide")  # fmt: skip
        told = el("p", why, class_="bad", role="alert") if why else None
        if not face.changes or terms is None:
            return page(
                wanted, say("Your decision"), _ways(say, len(STEPS) - 1), told, hindrance(say),
                _not_ours(say), el("p", say("What you leave open is a no.")), form, ways=False,
            )  # fmt: skip
        return page(
            wanted, say("What is new since you agreed"), told, hindrance(say), _not_ours(say),
            items(told_changes(face.changes, say)),
            el("p", say("Until you decide, nothing is recorded.")),
            in_full(say("All the terms"), terms.parts, looked_up(say), all_of_it=True),
            el("h2", say("Your decision")), el("p", say("What you leave open is a no.")),
            form, ways=False,
        )  # fmt: skip

    def _done(self, wanted: Wanted) -> bytes:
        say, face = wanted.say, self._face
        if face is None or not face.ended.is_set():
            read = el("a", say("Read the terms"), href="/consent")
            return page(wanted, say("Nothing was decided"), el("p", read))
        if face.error is not None:
            told = el("p", say(str(face.error))), el("p", say(face.error.advice), class_="faint")
            return page(wanted, say("Nothing new is recorded"), *told)
        try:
            grant = read_grant(self._paths, self._clock)
        except NodreelError as error:
            told = el("p", say(str(error))), el("p", say(error.advice))
            return page(wanted, say("Nothing is recorded"), *told)
        until = say("Your yes is valid until {time}.", time=time_of_day(grant.expires))
        kinds = ", ".join(kind_name(kind, say) for kind in sorted(grant.kinds))
        receipt = face.outcome.receipt if face.outcome else None
        return page(
            wanted, say("You agreed"), el("p", line(until), class_="good"),
            el("p", line(say("To: {kinds}.", kinds=kinds))),
            el("p", el("a", say("Your receipt"), href=f"/receipts/{receipt.id}"))
            if receipt else None,
            el("p", line(say("To withdraw, use the menu of the sign, or type: {command}",
                             command=WITHDRAWAL))),
            el("div", button("/start", say("Start now"), wanted.form),
               el("a", say("Test first"), class_="button", href="/trial"),
               el("a", say("Not now"), class_="button", href="/"), class_="row"),
            ways=False,
        )  # fmt: skip


def _typed(phrase: str) -> str:
    """Return it without spaces around it, each letter with its accent as one."""
    return unicodedata.normalize("NFC", phrase.strip())


def _question(say: Speech, kind: Kind, said: dict[str, str], *, in_words: bool) -> Html:
    """Ask for one kind of data: yes and no look alike, and neither is ticked."""
    needs = None
    if kind in NEEDS:
        needs = say("Only together with {other}.", other=kind_name(NEEDS[kind], say))
    choices = [
        el("label", el("input", type="radio", name=kind.value, value=value,
                       checked=said.get(kind.value) == value), f" {word}", class_="choice")
        for value, word in (("yes", say("Yes")), ("no", say("No")))
    ]  # fmt: skip
    return el(
        "fieldset",
        el("legend", line(asked_for(kind, kind_name(kind, say), say))),
        el("p", kind_short(kind, say)) if in_words else None,
        el("p", line(needs)) if needs else None,
        *choices,
    )


def _not_ours(say: Speech) -> Html | None:
    """Say whose words these are, where they are not nodreel's."""
    if say.ours:
        return None
    told = "Your organisation translated these words, not nodreel."
    return el("p", el("span", told, lang="en", dir="ltr"), class_="card")


def _ways(say: Speech, here: int) -> Html:
    """Return the steps as numbers that lead there; their names are for who hears them."""
    steps = [
        el("li", el("a", str(number + 1), href=f"/consent/{name}",
                    aria_label=f"{number + 1}. {say(head)}",
                    aria_current="step" if number == here else None))
        for number, (name, head, _) in enumerate(STEPS)
    ]  # fmt: skip
    return el("ol", *steps, class_="steps", aria_label=say("Steps"))
