"""Designated websites: by exact host, or a host and all below it; recorded in browsers only."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from nodreel.policy.apps import Category, Tier
from nodreel.policy.hosts import normal_host, overlap
from nodreel.policy.known import categories_of_site
from nodreel.policy.webpaths import is_below, normal_path
from nodreel.policy.words import Line, Part, Refused, Slug, plain

MOST_MASKED = 64
USUAL_PORTS: Final = {"https": 443, "http": 80}
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
    host: Annotated[
        str, StringConstraints(min_length=1, max_length=253), AfterValidator(normal_host)
    ]
    scheme: Literal["https", "http"] = "https"
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    path: Annotated[
        str, StringConstraints(min_length=1, max_length=1024), AfterValidator(normal_path)
    ] = "/"
    keys: Tier = "shape"
    category: Category | None = None
    masked: Annotated[tuple[Selector, ...], Field(max_length=MOST_MASKED)] = ()

    @field_validator("port")
    @classmethod
    def _a_usual_port_is_left_out(cls, port: int | None, info: ValidationInfo) -> int | None:
        return None if port == USUAL_PORTS.get(info.data.get("scheme", "")) else port

    @model_validator(mode="after")
    def _known_sites_say_what_they_are(self) -> Self:
        known = categories_of_site(self.host, self.path)
        if len(known) > 1:
            raise Refused(
                f"covers {' and '.join(f'{place} ({sort})' for sort, place in known.items())}",
                "Name the hosts one by one, each site with its own `category`.",
            )
        for sort, place in known.items():
            if self.category != sort:
                raise Refused(
                    f"covers {place}, where other people write, too ({sort})",
                    f'Add `category = "{sort}"`, or name only hosts and paths without it.',
                )
        return self

    def overlaps(self, other: DesignatedSite) -> bool:
        """Whether some address belongs to both."""
        return (
            (self.scheme, self.port) == (other.scheme, other.port)
            and overlap(self.host, other.host)
            and (is_below(self.path, other.path) or is_below(other.path, self.path))
        )

    @property
    def place(self) -> str:
        """Where it is, as a person reads it: scheme, host, port if it is a special one, path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if self.port is None else f':{self.port}'}{self.path}"
