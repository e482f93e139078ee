"""What a browser's extension may say, through its native host, and what it is answered.

Sizes and coordinates are physical pixels of the desktop, times are milliseconds since 1970 by the
machine's own clock. Nothing in a report says who sent it: that is asked of the kernel.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_MASKS = 256
FARTHEST = 1 << 17  # pixels

Millis = Annotated[int, Field(ge=0, lt=1 << 53)]
_Place = Annotated[int, Field(ge=-FARTHEST, le=FARTHEST)]
_Extent = Annotated[int, Field(ge=0, le=FARTHEST)]
Box = tuple[_Place, _Place, _Extent, _Extent]
"""x, y, width, height."""


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WebAddress(_Said):
    """Where the page in front comes from; the host in lower-case ASCII, never a query."""

    scheme: Literal["http", "https"]
    host: str = Field(max_length=255, pattern=r"^([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])$")
    port: int = Field(ge=1, le=65535)
    path: str = Field(max_length=2048, pattern=r"^/[^?#\s]*$")


class WebElement(_Said):
    """What was clicked or got the keyboard at ``at_ms``: role and label, never a value."""

    cause: Literal["click", "focus"]
    at_ms: Millis
    role: str = Field(min_length=1, max_length=40)
    name: str = Field(default="", max_length=80)
    rect: Box | None = None
    states: tuple[Annotated[str, Field(min_length=1, max_length=24)], ...] = Field(
        default=(), max_length=16
    )
    path: tuple[Annotated[str, Field(max_length=80)], ...] = Field(default=(), max_length=8)


class WebHello(_Said):
    """May I report, and on which sites? ``skip`` counts the sites that were already told."""

    do: Literal["web_hello"] = "web_hello"
    skip: int = Field(default=0, ge=0, le=1 << 16)


class WebReport(_Said):
    """What is in front in a browser profile; the defaults are what must never be recorded.

    ``front``: a window of this profile has the keyboard of all the browser's windows. Without an
    ``address`` nothing else of the page is told. So it has been ``since_ms``. ``exact``: the place
    on the screen is measured, not estimated. ``blind``: some frame cannot be looked into.
    """

    do: Literal["web_report"] = "web_report"
    seq: int = Field(ge=0, lt=1 << 53)
    sent_ms: Millis
    since_ms: Millis
    front: bool = False
    address: WebAddress | None = None
    complete: bool = False
    private: bool = True
    title: str = Field(default="", max_length=512)
    focused: bool = False
    viewport: Box | None = None
    exact: bool = False
    masks: tuple[Box, ...] = Field(default=(), max_length=MOST_MASKS)
    verdict: Literal["clear", "secret", "unknown"] = "unknown"
    blind: bool = True
    element: WebElement | None = None


class WebGone(_Said):
    """The extension went away: nothing of this profile may be recorded any more."""

    do: Literal["web_gone"] = "web_gone"


class WebSite(_Said):
    """A site that may be recorded; ``masked`` are CSS selectors of what stays blank there."""

    scheme: Literal["http", "https"]
    host: str
    port: int | None = None
    path: str = "/"
    masked: tuple[str, ...] = ()


class Web(_Said):
    """Whether the extension may report now. ``terms`` changes whenever the sites do.

    ``sites`` answers a hello: those from ``skip`` on that fit into one answer, of ``total``.
    """

    allowed: bool = False
    terms: str = ""
    sites: tuple[WebSite, ...] = ()
    total: int = 0
