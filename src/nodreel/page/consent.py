"""The consent pages: three to read, one to decide. No script, and nothing ticked beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.clock import time_of_day
from nodreel.consent import read_grant
from nodreel.consent.face import Answer
from nodreel.consent.terms import PHRASE, WITHDRAWAL
from nodreel.consent.ticks import NEEDS, is_nothing
from nodreel.errors import NodreelError
from nodreel.events import Kind
from nodreel.page.face import PageFace
from nodreel.page.look import button, items, page, sections, token
from nodreel.page.markup import el, group
from nodreel.page.reply import Reply

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.page.markup import Html
    from nodreel.page.reply import Wanted
    from nodreel.paths import Paths

STEPS: Final = (
    ("why", "Who and why", ("What this is", "Why", "Who can read it")),
    (
        "what",
        "What and where",
        (
            "What would be recorded (each is asked for separately)",
            "Where: in these apps and sites and nowhere else",
            "Passwords and other secrets",
            "What is never recorded",
        ),
    ),
    ("rights", "How long, and your rights", ("How long", "How to stop", "Your rights")),
    ("decide", "Your decision", ()),
)
"""Name, heading and the sections of the terms that each step shows; together they show all."""
_ANSWERS: Final = {"refuse": Answer.REFUSE, "later": Answer.LATER, "accept": Answer.ACCEPT}


class Consent:
    """The ceremony of these pages; a new one begins when the last has ended."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock
        self._face: PageFace | None = None

    def get(self, wanted: Wanted) -> Reply:
        """Show a step, or how it ended."""
        name = wanted.parts[1] if len(wanted.parts) > 1 else "why"
        if name == "done":
            return Reply(self._done(wanted))
        face = self._asking()
        if face.error is not None or face.terms is None:
            return Reply(self._done(wanted))
        if name == "decide":
            return Reply(self._decide(face, wanted, {}))
        names = [step[0] for step in STEPS]
        return Reply(self._step(face, names.index(name) if name in names else 0))

    def post(self, wanted: Wanted) -> Reply:
        """Take the decision; a yes needs the phrase, and something that it is a yes to."""
        face = self._asking()
        answer = _ANSWERS.get(wanted.fields.get("decision", ""), Answer.NONE)
        ticked = frozenset(k for k, _ in face.offered if wanted.fields.get(k.value) == "yes")
        why = self._why_not(answer, ticked, wanted.fields.get("phrase", ""))
        if why:
            return Reply(self._decide(face, wanted, dict(wanted.fields), why))
        face.decide(ticked, answer)
        return Reply(go="/consent/done")

    def close(self) -> None:
        """Leave without an answer where none was given."""
        if self._face is not None:
            self._face.leave()

    def _asking(self) -> PageFace:
        """Return the ceremony that waits for an answer, beginning one if need be."""
        if self._face is None or self._face.ended.is_set():
            self._face = PageFace(self._paths, self._clock)
            self._face.begin()
        return self._face

    @staticmethod
    def _why_not(answer: Answer, ticked: frozenset[Kind], phrase: str) -> str:
        if answer is Answer.NONE:
            return "Choose one of the three buttons."
        if answer is Answer.ACCEPT and phrase.strip() != PHRASE:
            return f"To agree, type exactly: {PHRASE}"
        if answer is Answer.ACCEPT and is_nothing(ticked):
            return "You said yes to no kind of data, so there is nothing to agree to."
        return ""

    @staticmethod
    def _step(face: PageFace, number: int) -> bytes:
        name, head, wanted = STEPS[number]
        shown = face.terms.sections if face.terms else ()
        parts = tuple(part for part in shown if part[0] in wanted)
        body = [_ways(name), sections(parts)]
        if number == 0 and face.changes:
            lines = [str(change) for change in face.changes]
            body.insert(1, group([
                el("h2", "What is new since you agreed"), items(lines),
                el("p", "Until you decide, nothing is recorded. All terms stand below and on the"
                   " next pages.", class_="faint"),
                el("div", el("a", "Decide on this", class_="button", href="/consent/decide"),
                   class_="row"),
            ]))  # fmt: skip
        on = STEPS[number + 1]
        row = [el("a", f"Next: {on[1]}", class_="button", href=f"/consent/{on[0]}")]
        if number:
            back = STEPS[number - 1]
            row.insert(0, el("a", "Back", class_="button", href=f"/consent/{back[0]}"))
        return page(head, *body, el("div", *row, class_="row"))

    @staticmethod
    def _decide(face: PageFace, wanted: Wanted, said: dict[str, str], why: str = "") -> bytes:
        fields = [_question(kind, words, said) for kind, words in face.offered]
        phrase = el(
            "div",
            el("label", "To agree, type: ", el("strong", PHRASE), for_="phrase"),
            el("input", type="text", name="phrase", id="phrase", autocomplete="off",
               autocapitalize="off", spellcheck="false", value=said.get("phrase", "")),
        )  # fmt: skip
        buttons = el(
            "div",
            el("button", "I agree", type="submit", name="decision", value="accept"),
            el("button", "No", type="submit", name="decision", value="refuse"),
            el("button", "Ask me in 30 days", type="submit", name="decision", value="later"),
            class_="row",
        )
        told = el("p", why, class_="bad", role="alert") if why else None
        form = el("form", token(wanted.form), *fields, phrase, buttons, method="post",
                  action="/consent/decide")  # fmt: skip
        new = group(
            [el("h2", "What is new since you agreed"), items([str(c) for c in face.changes])]
        )
        return page(
            "Your decision", _ways("decide"), told, new if face.changes else None,
            el("p", "What you leave open is a no. Nothing happens to you if you say no; nobody is"
               " told, and no reason is asked."),
            form,
        )  # fmt: skip

    def _done(self, wanted: Wanted) -> bytes:
        face = self._face
        if face is None or not face.ended.is_set():
            return page("Nothing was decided", el("p", el("a", "Read the terms", href="/consent")))
        if face.error is not None:
            advice = el("p", face.error.advice, class_="faint")
            return page("Nothing new is recorded", el("p", str(face.error)), advice)
        try:
            grant = read_grant(self._paths, self._clock)
        except NodreelError as error:
            return page("Nothing is recorded", el("p", str(error)), el("p", error.advice))
        until = f"Your yes is valid until {time_of_day(grant.expires)}."
        receipt = face.outcome.receipt if face.outcome else None
        return page(
            "You agreed", el("p", until, class_="good"),
            el("p", f"To: {', '.join(sorted(grant.kinds))}."),
            el("p", el("a", "Your receipt", href=f"/receipts/{receipt.id}")) if receipt else None,
            el("p", f"To withdraw: the menu of the sign, or type {WITHDRAWAL}."),
            el("p", "Nothing is recorded before you start it."),
            el("div", button("/start", "Start now", wanted.form),
               el("a", "Not now", class_="button", href="/"), class_="row"),
        )  # fmt: skip


def _question(kind: Kind, words: str, said: dict[str, str]) -> Html:
    """Ask for one kind of data: yes and no look alike, and neither is ticked."""
    verb = "Allow" if kind is Kind.ACCESSIBILITY else "Record"
    needs = f" (only together with {NEEDS[kind]})" if kind in NEEDS else ""
    choices = [
        el("label", el("input", type="radio", name=kind.value, value=value,
                       checked=said.get(kind.value) == value), f" {word}", class_="choice")
        for value, word in (("yes", "Yes"), ("no", "No"))
    ]  # fmt: skip
    return el(
        "fieldset",
        el("legend", f"{verb} {kind.value}?{needs}"),
        el("p", words.partition(": ")[2] or words),
        *choices,
    )


def _ways(here: str) -> Html:
    steps = [
        el("li", el("a", head, href=f"/consent/{name}",
                    aria_current="step" if name == here else None))
        for name, head, _ in STEPS
    ]  # fmt: skip
    return el("ol", *steps, class_="steps", aria_label="Steps")
