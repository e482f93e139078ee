"""Which designated site an address belongs to, and what of an address may be kept. Pure.

Exact or nothing: scheme, host, port and path are compared as the policy spells them. An address
that is spelt in any other way than browsers spell them belongs to no site.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nodreel.policy.hosts import covers, is_host
from nodreel.policy.sites import USUAL_PORTS
from nodreel.policy.webpaths import is_below, is_devious

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.policy import DesignatedSite
    from nodreel.scene import Address

MOST_SEGMENTS: Final = 8
ID: Final = "{id}"
_LONGEST_SEGMENT = 40
_LONGEST_WORD = 20  # letters on end; longer ones are hardly words
_WORDS = re.compile(r"[A-Za-z0-9._-]+")  # no encoded, foreign, e-mail or user's (~, @) segments
_IDS = re.compile(
    r"[0-9._-]+"  # numbers, dates, versions
    r"|[0-9a-fA-F-]{8,}"  # hashes, UUIDs
    r"|.*[0-9]{4}.*"
    # at least 8 of capitals, small letters and digits mixed: keys of databases
    r"|(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z]).{8,}"
    r"|(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9]{16,}"
    rf"|.*[A-Za-z]{{{_LONGEST_WORD + 1},}}.*"
)


def site_of(address: Address | None, sites: Iterable[DesignatedSite]) -> DesignatedSite | None:
    """Return the designated site that ``address`` belongs to, None when it is none for sure."""
    if address is None or not address.path.startswith("/") or not is_host(_bare(address.host)):
        return None
    return next((site for site in sites if _is(address, site)), None)


def templated(address: Address) -> str:
    """Return origin and path with ``{id}`` for whatever may name a person or a thing.

    At most 8 segments; never a query or a fragment. ValueError when the host is spelt as none.
    """
    host = _bare(address.host)
    if address.scheme not in USUAL_PORTS or not is_host(host):
        raise ValueError("The address is not spelt as browsers spell them.")
    port = "" if address.port == USUAL_PORTS[address.scheme] else f":{address.port}"
    path = re.split(r"[?#]", address.path, maxsplit=1)[0]
    segments = [segment for segment in path.split("/") if segment][:MOST_SEGMENTS]
    kept = "/".join(segment if _is_word(segment) else ID for segment in segments)
    return f"{address.scheme}://{f'[{host}]' if ':' in host else host}{port}/{kept}"


def _is(address: Address, site: DesignatedSite) -> bool:
    port = USUAL_PORTS[site.scheme] if site.port is None else site.port
    if (address.scheme, address.port) != (site.scheme, port):
        return False
    if not covers(site.host, _bare(address.host)):
        return False
    if site.path == "/":
        return True
    return not is_devious(address.path) and is_below(address.path, site.path)


def _is_word(segment: str) -> bool:
    return (
        len(segment) <= _LONGEST_SEGMENT
        and bool(_WORDS.fullmatch(segment))
        and not _IDS.fullmatch(segment)
    )


def _bare(host: str) -> str:
    """Return an IPv6 address without the brackets it has in a URL."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") and ":" in host else host
