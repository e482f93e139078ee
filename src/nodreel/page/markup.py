"""HTML in which text stays text: whatever is no ``Html`` is made harmless and escaped."""

from __future__ import annotations

import html
import unicodedata
from typing import TYPE_CHECKING, Final, NewType, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Html = NewType("Html", str)
Child: TypeAlias = "Html | str | int | None"

_EMPTY: Final = frozenset({"input", "img", "meta", "link", "br", "hr"})
_MARK: Final = "\x00"  # begins every Html, and nothing that ``calm`` lets through


def el(tag: str, *children: Child, **attributes: str | int | bool | None) -> Html:
    """Return one element. ``class_`` and ``for_`` lose their underscore, others become hyphens.

    What is no ``Html`` loses its control, bidi and invisible characters and is escaped.
    """
    told = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _EMPTY:
        return Html(f"{_MARK}<{tag}{told}>")
    inside = "".join(_inside(child) for child in children)
    return Html(f"{_MARK}<{tag}{told}>{inside}</{tag}>")


def group(children: Iterable[Child]) -> Html:
    """Return several as one, without an element around them."""
    return Html(_MARK + "".join(_inside(child) for child in children))


def raw(html: Html) -> bytes:
    """Return it as it travels, for a page that goes out piece by piece."""
    return _plain(html).encode()


def document(title: str, language: str, direction: str, body: Html, go: str = "") -> bytes:
    """Return a whole page; ``go``: "seconds; url=/where" the browser goes on to by itself."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        el("link", rel="stylesheet", href="/style.css"),
        el("meta", http_equiv="refresh", content=go) if go else None,
    )
    page = el("html", head, body, lang=language, dir=direction)
    return f"<!doctype html>\n{_plain(page)}\n".encode()


def _inside(child: Child) -> str:
    if child is None:
        return ""
    text = str(child)
    if text.startswith(_MARK):
        return _plain(text)
    before, after = (" " if text[at] == " " else "" for at in (0, -1)) if text.strip() else ("", "")
    return f"{before}{html.escape(calm(text))}{after}"


def _plain(text: str) -> str:
    return text.removeprefix(_MARK)


def _attribute(name: str, value: str | int | bool | None) -> str:  # noqa: FBT001
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(calm(str(value)))}"'


def calm(text: str) -> str:
    """Return text without what controls, turns around or hides: one line of visible characters."""
    return " ".join("".join(c if _is_visible(c) else " " for c in text).split())


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ" or character == " "
