"""What all pages look alike in: the head with its ways, errors in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.page.markup import document, el, group
from nodreel.page.reply import Reply

if TYPE_CHECKING:
    from nodreel.page.markup import Child, Html

WAYS: Final = (
    ("/", "Now"),
    ("/review", "Review"),
    ("/recorded", "What is recorded"),
    ("/explain", "Explain"),
    ("/receipts", "Receipts and log"),
)


def page(title: str, *children: Child, ways: bool = True) -> bytes:
    """Return a page with its heading; without ``ways`` it leads nowhere else."""
    links = [el("a", words, href=where) for where, words in WAYS]
    body = el(
        "body",
        el(
            "header",
            el("strong", "nodreel"),
            el("nav", *links, aria_label="Pages") if ways else None,
        ),
        el("main", el("h1", title), *children),
    )
    return document(f"{title} - nodreel", "en", "ltr", body)


def error_page(status: int, why: str, advice: str = "") -> Reply:
    """Return a page that says what was refused and what to do next."""
    told = el("p", why, class_="bad", role="alert")
    next_ = advice or "Open these pages again with: nodreel open"
    return Reply(page("Not done", told, el("p", next_), ways=status == 409), status=status)  # noqa: PLR2004


def entered_page(first: str) -> bytes:
    """Return what leads a browser that was just let in on to the first page.

    By a step of its own: a redirect would still count as coming from the file that was opened, and
    the browser would leave its cookie at home.
    """
    on = el("p", el("a", "Go on", href=first))
    body = el("body", el("main", el("h1", "nodreel"), on))
    return document("nodreel", "en", "ltr", body, go=first)


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


def items(lines: list[str] | tuple[str, ...]) -> Html:
    """Return a list."""
    return el("ul", *[el("li", line) for line in lines])


def sections(shown: tuple[tuple[str, tuple[str, ...]], ...]) -> Html:
    """Return headings with their lists."""
    return group([part for head, lines in shown for part in (el("h2", head), items(lines))])


def table(caption: str, heads: tuple[str, ...], rows: list[Html]) -> Html:
    """Return a table under a heading of its own."""
    head = el("thead", el("tr", *[el("th", word, scope="col") for word in heads]))
    return group([el("h2", caption), el("table", head, el("tbody", *rows))])
