"""The works-council pack: an impact assessment to fill in, the flow of the data, the promises.

Every figure and name comes from the policy; what only the organisation can know is left open, and
marked so. Words of the policy are quoted, as in the terms that people read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from nodreel.consent.kinds import kind_line
from nodreel.consent.places import places, programs
from nodreel.consent.quoting import inert, quoted
from nodreel.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.policy import Policy

PROMISES: Final = (
    "No yes, no capture", "Only you can say yes", "The sign is on whenever recording is",
    "Only designated programs and websites", "Nobody else's pixels", "No secrets",
    "Seconds of grace, hours of undo", "Sealed before it touches the disk",
    "Pause, delete, withdraw: always, at once", "Wider means ask again", "One purpose",
    "Light on the machine", "Nothing is lost silently",
)  # fmt: skip
"""The clauses of CONSENT.md, in order."""
OPEN: Final = "**To be filled in:**"
_BOX, _GAP, _LINE = 250, 60, 20


def pack(policy: Policy) -> dict[str, str]:
    """Return the files of the pack by name."""
    return {
        "impact-assessment.md": assessment(policy),
        "data-flow.svg": flow(policy),
        "promises.md": promises(policy),
    }


def assessment(policy: Policy) -> str:
    """Return the template of a data protection impact assessment, with what the policy says."""
    org, limits = policy.organisation, policy.limits
    parts = [
        "# Data protection impact assessment: nodreel",
        (f"Policy version {policy.version}, SHA-256 `{policy.sha256}`. Written by `nodreel fleet"
        " pack` from that policy; another policy is another assessment. It is a template, not"
        " advice: where it says *to be filled in*, only you know."),
        "## 1. Who",
        _list([
            f"Responsible: {quoted(org.name)}, {quoted(org.address)}",
            f"Contact: {quoted(org.contact)}",
            f"Jurisdiction: {quoted(org.jurisdiction)}",
            f"Supervisory authority: {quoted(org.authority) if org.authority else OPEN}",
            f"Works agreement: {_or_open(org.works_agreement_ref)}",
            f"{OPEN} data protection officer, works council, date, who was heard",
        ]),
        "## 2. What for",
        f"{quoted(policy.purpose.text)}",
        "Never for: " + ", ".join(map(inert, policy.purpose.not_purposes)) + ".",
        f"{OPEN} why this purpose cannot be reached with less, or without recordings of people.",
        "## 3. What is recorded, of those who say yes",
        _list(map(kind_line, policy.kinds)),
        "Each kind is ticked by the person, none beforehand. Where:",
        _list([*places(policy), *programs(policy)]),
        "## 4. Who can read it, where it lies, how long",
        _list([
            *(f"Can open it: {quoted(one.name)}, key `{one.key}`" for one in policy.recipients),
            f"On the person's machine: at most {limits.device_days} days and {limits.quota_mb} MB,"
            " encrypted; the machine cannot open it"
            + (", but for a short-lived review key of their own" if policy.review_key else ""),
            f"Before it may leave: at least {limits.undo_hours} hours, and an offered review",
            f"Sent to: {quoted(policy.upload.to) if policy.upload else 'nowhere; nothing is sent'}",
            f"By the recipients: at most {limits.server_days} days {OPEN} who sees to that",
            f"A yes holds {limits.validity_days} days at most and is never renewed by itself",
        ]),
        "## 5. Is the yes free?",
        ("Refusing has no effect in nodreel: nobody is told, nothing is counted, the question does"
        " not come back by itself. What nodreel cannot see to:"),
        _list([
            f"{OPEN} that nobody is asked by their superior, in front of others, or for a reward",
            f"{OPEN} on which legal basis, if not consent, and what the works agreement says",
            f"{OPEN} proof that is wanted for a yes is `{policy.presence.value}`; CONSENT.md, C2",
        ]),
        "## 6. What could happen to people",
        _table([
            ("recordings judge a person", ("no names, hours, idle time or figures are in them; one"
             " purpose; keys with the readers, not with superiors"), ("whoever can match work to a"
             " person by what it shows")),
            ("bystanders appear", _bystanders(policy), "names in titles and on designated pages"),
            ("secrets appear", "password fields and known shapes are left out before storing",
             "a secret without a shape in a field that is none; pictures are not searched"),
            ("a consent is linked to a person", ("random number for each yes; no prefix per person"
             " in the store"), ("whoever gives out credentials per person, or keeps the store's"
             " access log with addresses")),
            ("an administrator switches it on", ("no policy, option or message can consent or"
             " start; every input is tried by tests"), "root can replace the program itself"),
            ("the data leaks", "sealed before it is written; readers' keys only", ("loss of a"
             " reader's key opens everything sealed to it")),
        ]),
        f"{OPEN} likelihood and severity of each, and what you do beyond the above.",
        "## 7. Rights",
        _list([
            "see, cut, delete, take along: `nodreel open review`",
            ("pause and withdraw, at once, without a reason: the sign, the tray, `nodreel consent"
            " withdraw`"),
            ("have what was sent deleted: withdrawing asks for it, and the store's keeper signs"
             " that it is gone"),
            "complain: the authority above",
        ]),
        "## 8. Stopping everybody",
        ("`suspended = true` in a managed policy stops every machine within seconds, without a"
        " restart, and can be lifted without asking again. `revoked_before`, a moment, ends every"
        " consent given before it as a withdrawal does, and deletes what belongs to it."),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def promises(policy: Policy) -> str:
    """Return the clauses and the tests that hold them, for whoever wants to check."""
    rows = [
        (f"C{number}", title, f"tests/promises/test_c{number:02}.py")
        for number, title in enumerate(PROMISES, start=1)
    ]
    return (
        "# The promises, and what holds them\n\n"
        "CONSENT.md says each in plain words. A clause without a test fails nodreel's own checks,"
        " and so does a test without a clause; with the source, `scripts/test tests/promises` runs"
        " them, and `nodreel selftest` shows it on a machine.\n\n"
        + _table(rows, ("clause", "promise", "its test"))
        + "\n\nThis policy, version "
        f"{policy.version}, cannot loosen any of them: docs/policy.md lists all that a policy can"
        " say, docs/policy-changes.md what each change of it does.\n"
    )


def flow(policy: Policy) -> str:
    """Return the flow of the data as a picture (SVG) with this policy's names and times."""
    limits, to = policy.limits, policy.upload.to if policy.upload else None
    boxes = [
        ("the person", ["reads the terms, says yes", "starts; sees the sign"]),
        ("gate", [f"{len(policy.apps)} programs, {len(policy.sites)} websites",
                  "all else: dropped"]),
        ("memory", [f"{limits.hold_back_s:g} s of grace", "secrets taken out"]),
        ("this machine", ["sealed; it cannot read it", (f"{limits.undo_hours} h of undo,"
                          f" {limits.device_days} days at most")]),
        ("store", [to or "none: nothing is sent", "cannot read it either"]),
        ("readers", [*(one.name for one in policy.recipients[:3]),
                     f"{limits.server_days} days at most"]),
    ]  # fmt: skip
    drawn = [_box(number, *box, dashed=box[0] == "store" and to is None)
             for number, box in enumerate(boxes)]  # fmt: skip
    height = len(boxes) * (_BOX // 2 + _GAP)
    back = (
        f'<path d="M 290 60 H 330 V {height - _GAP - 30} H 290" fill="none" stroke="#a00"'
        ' stroke-width="2" stroke-dasharray="6 4"/><text x="340" y="120" fill="#a00">withdrawing'
        " asks for all of it</text>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="560" height="{height}" role="img"'
        ' font-family="sans-serif" font-size="14"><title>Flow of the data</title>'
        f'<rect width="560" height="{height}" fill="#fff"/>{"".join(drawn)}{back}</svg>\n'
    )


def _box(number: int, name: str, lines: list[str], *, dashed: bool) -> str:
    top, high = 20 + number * (_BOX // 2 + _GAP), _BOX // 2
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    words = "".join(
        f'<text x="55" y="{top + 50 + _LINE * row}">{escape(inert(line)[:34])}</text>'
        for row, line in enumerate(lines)
    )
    arrow = "" if number == 0 else (
        f'<path d="M 165 {top - _GAP} V {top - 4} m -5 -8 l 5 8 l 5 -8" fill="none"'
        ' stroke="#333"/>'
    )  # fmt: skip
    return (
        f'{arrow}<rect x="40" y="{top}" width="{_BOX}" height="{high}" rx="8" fill="#f4f4f4"'
        f' stroke="#333"{dash}/><text x="55" y="{top + 25}" font-weight="bold">{escape(name)}'
        f"</text>{words}"
    )


def _bystanders(policy: Policy) -> str:
    asked = [kind.value for kind in (Kind.MAIL, Kind.CHAT) if kind in policy.kinds]
    if not asked:
        return "mail and chat programs and sites are not recorded"
    return f"only with a tick of its own ({', '.join(asked)})"


def _or_open(text: str | None) -> str:
    return quoted(text) if text else OPEN


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(
    rows: Iterable[tuple[str, str, str]],
    head: tuple[str, str, str] = ("what", "against it", "what remains"),
) -> str:
    lines = [head, ("---", "---", "---"), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |"
                     for row in lines)  # fmt: skip
