"""Who may ask the pages anything: the person's own browser, from these very pages. Pure.

A page elsewhere can make a browser send requests here, by a name that it lets point at this machine
(DNS rebinding), by a form, by a frame. Each of that is refused before anything is looked at.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST: Final = "127.0.0.1"
ENTER: Final = "/enter"
FORM: Final = "application/x-www-form-urlencoded"
_EMBEDDED: Final = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none a browser would send "Origin: null" with forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SCRIPTS: Final = "; script-src 'self'; connect-src 'self'"
"""What is added to the first header where pages have a script: a file of ours, none from a page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: ``path`` without its query, header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of one server. ``session`` is in the cookie, ``form`` in each form."""

    port: int
    session: str
    form: str

    @property
    def origin(self) -> str:
        """The one origin that these pages have."""
        return f"http://{HOST}:{self.port}"

    @property
    def cookie(self) -> str:
        """The cookie's name: other servers on this machine share the host, not the port."""
        return f"nodreel_{self.port}"

    def refusal(self, asked: Asked) -> str | None:
        """Return why a request is refused, None when it may come in."""
        headers = asked.headers
        if headers.get("host") != f"{HOST}:{self.port}":
            return "It was asked for by a name that is not this machine's."
        if asked.method not in {"GET", "POST"}:
            return "These pages know only GET and POST."
        if headers.get("sec-fetch-dest", "document") in _EMBEDDED:
            return "These pages are not shown inside of others."
        if asked.path == ENTER and asked.method == "GET":
            return None  # the key that comes with it is looked at there
        why = self._why_no_post if asked.method == "POST" else _why_no_get
        return why(headers) or self._why_no_session(headers)

    def may_post(self, token: str) -> bool:
        """Whether a form came from a page of ours."""
        return hmac.compare_digest(token.encode(), self.form.encode())

    def _why_no_post(self, headers: Mapping[str, str]) -> str | None:
        if headers.get("origin") != self.origin:
            return "The form came from another page."
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return "The form came from another page."
        if headers.get("content-type", "").partition(";")[0].strip() != FORM:
            return "It is no form of these pages."
        return None

    def _why_no_session(self, headers: Mapping[str, str]) -> str | None:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            found = None
        given = found.value if found else ""
        if not hmac.compare_digest(given.encode(), self.session.encode()):
            return "This browser has not been let in, or the pages were opened anew since."
        return None


def _why_no_get(headers: Mapping[str, str]) -> str | None:
    fine = headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
    return None if fine else "Another page sent you here."
