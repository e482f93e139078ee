"""Designated websites: by exact host, or a host and all below it; recorded in browsers only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from nodreel.policy.apps import Category, Tier
from nodreel.policy.words import Line, Part, Slug, plain

MOST_MASKED = 64
_LONGEST_SELECTOR = 256


def _selector(text: str) -> str:
    plain(text)
    if set(text) & set("{}<"):
        raise ValueError("must be a CSS selector, without `{`, `}` or `<`")
    return text


Selector = Annotated[
    str,
    StringConstraints(min_length=1, max_length=_LONGEST_SELECTOR),
    AfterValidator(_selector),
]


class DesignatedSite(Part):
    """Pages that may be recorded in a designated browser.

    ``host`` is exact ("wiki.example.org"), or with "*." that host and all below it. ``port`` None
    is the usual one of the scheme. ``path`` is matched by whole segments. ``masked`` are CSS
    selectors of what stays blank and without keys.
    """

    id: Slug
    name: Line
    host: Annotated[str, StringConstraints(min_length=1, max_length=253)]
    scheme: Literal["https", "http"] = "https"
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    path: Annotated[str, StringConstraints(min_length=1, max_length=1024)] = "/"
    keys: Tier = "shape"
    category: Category | None = None
    masked: Annotated[tuple[Selector, ...], Field(max_length=MOST_MASKED)] = ()

    @property
    def place(self) -> str:
        """Where it is, as a person reads it: scheme, host, port if it is a special one, path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if self.port is None else f':{self.port}'}{self.path}"
