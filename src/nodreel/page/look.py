"""What all pages look alike in: the head with its ways and languages, errors in plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nodreel.language.speech import END, ISOLATE, message
from nodreel.page.markup import document, el, group
from nodreel.page.reply import Reply, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodreel.consent.terms import Section
    from nodreel.page.markup import Child, Html

WAYS: Final = (
    ("/", message("Now")),
    ("/review", message("Review")),
    ("/recorded", message("What is recorded")),
    ("/explain", message("Explain")),
    ("/receipts", message("Receipts and log")),
)
_OTHERS: Final = re.compile(f"[{ISOLATE}{END}]")


def page(wanted: Wanted, title: str, *children: Child, ways: bool = True) -> bytes:
    """Return a page with its heading; without ``ways`` it leads nowhere else but home."""
    say = wanted.say
    links = [el("a", say(words), href=where) for where, words in WAYS]
    home = el("strong", "nodreel") if ways else el("a", el("strong", "nodreel"), href="/")
    body = el(
        "body",
        el(
            "header",
            home,
            el("nav", *links, aria_label=say("Pages")) if ways else None,
            _languages(wanted),
        ),
        el("main", el("h1", title), *children),
    )
    return document(f"{title} - nodreel", say.code, say.direction, body)


def _languages(wanted: Wanted) -> Html | None:
    """Return what shows pages in another language: closed until somebody wants it."""
    if not wanted.languages:
        return None
    buttons = [
        el("button", name, type="submit", name="code", value=code, lang=code, class_="small")
        for code, name in wanted.languages
    ]
    back = "/".join(wanted.parts)
    return el(
        "details",
        el("summary", wanted.say.name),
        el("form", token(wanted.form), el("input", type="hidden", name="back", value=back),
           *buttons, method="post", action="/language", class_="row"),
        class_="languages",
    )  # fmt: skip


def error_page(status: int, why: str, advice: str = "", wanted: Wanted | None = None) -> Reply:
    """Return a page that says what was refused and what to do next."""
    wanted = wanted or Wanted(())
    say = wanted.say
    told = el("p", say(why), class_="bad", role="alert")
    next_ = say(advice) if advice else say("Open these pages again with: nodreel open")
    shown = page(wanted, say("Not done"), told, el("p", next_), ways=status == 409)  # noqa: PLR2004
    return Reply(shown, status=status)


def entered_page(first: str) -> bytes:
    """Return what leads a browser that was just let in on to the first page.

    By a step of its own: a redirect would still count as coming from the file that was opened, and
    the browser would leave its cookie at home.
    """
    on = el("p", el("a", "Go on", href=first))
    body = el("body", el("main", el("h1", "nodreel"), on))
    return document("nodreel", "en", "ltr", body, go=f"0; url={first}")


def button(where: str, words: str, form: str, *, small: bool = False, **fields: str) -> Html:
    """Return a form of one button."""
    hidden = [el("input", type="hidden", name=name, value=value) for name, value in fields.items()]
    return el(
        "form", token(form), *hidden,
        el("button", words, type="submit", class_="small" if small else None),
        method="post", action=where,
    )  # fmt: skip


def token(form: str) -> Html:
    """Return the hidden field that shows where a form comes from."""
    return el("input", type="hidden", name="form", value=form)


def line(text: str) -> Html:
    """Return a sentence in which what was put in keeps a direction of its own."""
    start, *rest = text.split(ISOLATE)
    parts: list[Child] = [start]
    for piece in rest:
        put_in, _, after = piece.partition(END)
        parts += [el("bdi", put_in), _OTHERS.sub("", after)]
    return group(parts)


def items(lines: Iterable[str]) -> Html:
    """Return a list."""
    return el("ul", *[el("li", line(text)) for text in lines])


def sections(parts: Sequence[Section]) -> Html:
    """Return headings with the lines that are in view."""
    return group([
        piece for part in parts for piece in (
            el("h2", part.heading) if part.heading else None,
            items(part.lines) if len(part.lines) > 1 else el("p", line(part.lines[0])),
        )
    ])  # fmt: skip


def in_full(
    words: str, parts: Sequence[Section], *more: Html, all_of_it: bool = False
) -> Html | None:
    """Return what there is to know besides, closed until it is opened; or all of it."""
    told = [
        piece for part in parts if part.more or all_of_it for piece in (
            el("h3", part.heading), items((part.lines if all_of_it else ()) + part.more)
        )
    ]  # fmt: skip
    return el("details", el("summary", words), *told, *more) if told or more else None


def table(caption: str, heads: tuple[str, ...], rows: list[Html]) -> Html:
    """Return a table under a heading of its own."""
    head = el("thead", el("tr", *[el("th", word, scope="col") for word in heads]))
    return group([el("h2", caption), el("table", head, el("tbody", *rows))])
