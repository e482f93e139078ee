"""The result as one HTML page: nothing is loaded, nothing runs, and it prints on two sheets."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.selftest.result import Outcome, Result

_STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f4f1; color: #1c1f23;
  font: 17px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 46rem; margin: 2.5rem auto; padding: 2.5rem 3rem; background: #fff;
  border: 1px solid #d8d8d2; border-radius: 10px; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; }
h2 { font-size: 1.08rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem;
  border-bottom: 2px solid #e3e3dd; }
p { margin: .5rem 0; }
.when { color: #565b62; margin: 0 0 1.6rem; }
.verdict { display: flex; gap: 1.4rem; align-items: center; padding: 1.2rem 1.5rem;
  border-radius: 8px; border: 2px solid; }
.verdict b { font-size: 3.2rem; line-height: 1; font-variant-numeric: tabular-nums; }
.verdict strong { display: block; font-size: 1.15rem; }
.good { background: #eef7f0; border-color: #2b7a45; color: #123b20; }
.bad { background: #fdeeec; border-color: #b3261e; color: #5c120d; }
.open { background: #fff6e0; border-color: #946200; color: #4d3400; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; }
caption { text-align: left; color: #565b62; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .42rem .8rem .42rem 0;
  border-bottom: 1px solid #e6e6e0; }
th { font-weight: 600; }
td.n { text-align: right; font-variant-numeric: tabular-nums; padding-right: 0; }
ul { padding-left: 1.2rem; margin: .4rem 0; }
code { font: .92em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
@media (max-width: 40rem) { main { margin: 0; padding: 1.4rem; border: 0; border-radius: 0; } }
@media print { body { background: #fff; font-size: 11pt; } main { margin: 0; padding: 0; border: 0;
  max-width: none; } h2, tr, .verdict { break-inside: avoid; } h2 { break-after: avoid; } }
"""
_VERDICTS: Final[dict[Outcome, tuple[str, str, str]]] = {
    "nothing found": (
        "good",
        "Nothing that was planted was found.",
        (
            "What was typed and shown in a window that is not designated is in nothing that was"
            " stored."
        ),
    ),
    "found": (
        "bad",
        "Something that was planted was stored.",
        (
            "Please stop recording with nodreel stop, keep this page, and tell whoever is"
            " responsible for nodreel where you work."
        ),
    ),
    "proves nothing": (
        "open",
        "This test proves nothing.",
        (
            "Nothing was planted, or the word that was meant to be recorded was not: so it is not"
            " known whether anything was recorded at all. Please repeat it."
        ),
    ),
}
_MACHINE: Final = (
    "What the test types by itself comes from no keyboard, and nodreel drops such input wherever"
    " it goes. Whether keys are dropped for the right reason is shown by the word typed by hand."
)
_LIMITS: Final = (
    "It tests this computer, this version and what was agreed to here, on this day.",
    (
        "It types into a window of its own. Password boxes inside designated apps, websites and"
        " notifications are tested by the makers' own tests, not by this one."
    ),
    "It looks for what it planted, not for everything that should not be there.",
    (
        "It searches what nodreel stored and the folders for temporary files; not the memory of the"
        " computer, nor what it swaps to the disk."
    ),
    "It trusts the computer: a program that pretends to be nodreel could show such a page, too.",
)


def page(result: Result) -> str:
    """Return the page; every text in it is escaped."""
    look, headline, means = _VERDICTS[result.outcome]
    count = len(result.hits) + result.inside
    parts = (
        (
            f"<h1>Self-test of nodreel</h1><p class='when'>{escape(result.day)}, nodreel"
            f" {escape(result.version)}, {escape(result.system)}</p>"
        ),
        (
            f"<div class='verdict {look}' role='status'><b>{count}</b><div>"
            f"<strong>{headline}</strong>{escape(means)}</div></div>"
        ),
        _findings(result),
        "<h2>What was planted</h2>",
        (
            "<p>Random words that exist nowhere else were typed into a window that no policy"
            " designates, and patches of random colours were shown in it.</p>"
        ),
        _list(_planted(result)),
        _left_out(result),
        "<h2>Where it was searched</h2>",
        (
            "<p>As plain bytes and in usual spellings (UTF-16, hexadecimal, base64, backwards,"
            " compressed); what was sealed was opened with the test's own key, every record was"
            " read and every pixel of every picture compared.</p>"
        ),
        _list(result.places),
        _numbers(result),
        "<h2>Was anything recorded at all?</h2>",
        f"<p>{_control(result)}</p>",
        "<h2>What this does not show</h2>",
        _list(_LIMITS if result.typed_counts else (_MACHINE, *_LIMITS)),
        "<h2>How it was done</h2>",
        (
            "<p>The test recorded into a folder of its own, by the rules that were agreed to"
            " here, after a yes of its own, sealed to a key that was only in memory. Folder and key"
            " are gone. Kinds of data that were agreed to:"
            f" {escape(', '.join(result.kinds)) or 'none'}.</p>"
            f"<p>Policy agreed to: <code>{escape(result.policy_sha256)}</code></p>"
            "<p>To repeat it: <code>nodreel selftest</code></p>"
        ),
    )
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none';"
        " style-src 'unsafe-inline'\">"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<meta name='referrer' content='no-referrer'>"
        f"<title>Self-test of nodreel: {escape(result.outcome)}</title>"
        f"<style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _findings(result: Result) -> str:
    if not result.hits and not result.inside:
        return ""
    rows = [(f"the word in {hit.what}" if "box" in hit.what else hit.what, hit.where)
            for hit in result.hits]  # fmt: skip
    if result.inside:
        rows.append((f"{result.inside} inputs while the test's window had the keyboard", "records"))
    body = "".join(f"<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>" for a, b in rows)
    return (
        "<h2>What was found</h2><table><thead><tr><th scope='col'>What</th><th scope='col'>Where"
        f"</th></tr></thead><tbody>{body}</tbody></table>"
    )


def _planted(result: Result) -> list[str]:
    words = [f"A word in {place}" for place in result.planted]
    return [*words, f"{result.colours} patches of colour"] if words else ["Nothing"]


def _left_out(result: Result) -> str:
    if not result.left_out:
        return ""
    return "<p>Left out: " + escape("; ".join(result.left_out)) + ".</p>"


def _numbers(result: Result) -> str:
    looked = result.looked
    rows = (
        ("Files", looked.files),
        ("Bytes, opened ones included", looked.bytes),
        ("Records read", looked.records),
        ("Pictures", looked.pictures),
        ("Pixels compared", looked.pixels),
        ("Files that could not be read", looked.unread),
        ("Inputs recorded while the test's window had the keyboard", result.inside),
        *((f"Sensed and not kept by nodreel: {why}", n) for why, n in result.dropped.items()),
    )
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td class='n'>{_count(n)}</td></tr>"
        for name, n in rows
    )
    return f"<table><caption>How much was looked at</caption><tbody>{body}</tbody></table>"


def _count(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _control(result: Result) -> str:
    if result.control:
        return (
            "Yes. Before the test a marked note was recorded on purpose while a designated app was"
            " in front; the same search found it."
        )
    return "That is not known: the marked note that was recorded on purpose was not found."


def _list(lines: Iterable[str]) -> str:
    body = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{body}</ul>" if body else ""
