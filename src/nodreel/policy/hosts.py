"""Hosts as browsers compare them: lower-case ASCII, exact, or "*." and all below it. Pure.

Whatever two programs could read differently (user names, ports, numbers in odd notation, dots at
the end) is refused rather than interpreted.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Final

from nodreel.policy.words import Refused, plain

ALL_BELOW: Final = "*."
_LONGEST = 253
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # browsers take such a host for an IPv4
_FOREIGN: Final = {
    "://": ("has a scheme", 'Give the host alone, and say `scheme = "http"` if it is not https.'),
    "@": ("has a user name", "Give the host alone; user names are never part of a site."),
    "/": ("has a path", "Give the host alone, and the path as `path`."),
    "\\": ("has a backslash", "Give the host alone, and the path as `path`."),
    "?": ("has a query", "Give the host alone; queries are never part of a site."),
    "#": ("has a fragment", "Give the host alone; fragments are never part of a site."),
    "%": ("has an encoded character", "Write the host as the address bar shows it."),
}


def normal_host(text: str) -> str:
    """Return the one spelling of a host or of a "*." rule; ValueError for all that is neither."""
    plain(text)
    for sign, (what, todo) in _FOREIGN.items():
        if sign in text:
            raise Refused(what, todo)
    is_suffix = text.startswith(ALL_BELOW)
    base = text.removeprefix(ALL_BELOW)
    if "*" in base:
        raise Refused(
            "has a `*` in the wrong place",
            'A host is exact, or begins with "*." for all hosts below one.',
        )
    host = _address(base) or _name(base)
    if is_suffix:
        return ALL_BELOW + _own(host)
    if not set(host) & set(".:") and host != "localhost":
        raise Refused(
            "is a short name, which means another machine in another network",
            "Give the full name, with its domain.",
        )
    return host


def is_host(text: str) -> bool:
    """Whether ``text`` is spelt as ``normal_host`` spells a single host."""
    return bool(_HOST.fullmatch(text)) or is_address(text)


def is_address(host: str) -> bool:
    """Whether the host is an IP address in its one spelling."""
    try:
        return str(ipaddress.ip_address(host)) == host
    except ValueError:
        return False


def covers(rule: str, host: str) -> bool:
    """Whether ``rule`` is that very host, or "*." and the host or a parent of it. No other way."""
    if not rule.startswith(ALL_BELOW):
        return host == rule
    base = rule.removeprefix(ALL_BELOW)
    return host == base or host.endswith(f".{base}")


def overlap(one: str, other: str) -> bool:
    """Whether some host is covered by both rules."""
    return covers(one, other.removeprefix(ALL_BELOW)) or covers(other, one.removeprefix(ALL_BELOW))


def _address(text: str) -> str | None:
    """Return the one spelling of an IPv6 address (without brackets); None when it is none."""
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if ":" not in inner:
        return None
    try:
        return str(ipaddress.IPv6Address(inner.partition("%")[0]))
    except ValueError:
        raise Refused(
            "has a port, or is no IPv6 address", "Give the host alone, and the port as `port`."
        ) from None


def _name(text: str) -> str:
    import idna  # noqa: PLC0415  its tables are large, and most policies name no site

    if text.endswith("."):
        raise Refused("ends with a dot", "Leave the dot at its end out.")
    try:
        name = idna.encode(text, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise Refused(
            "is no name of a host", "Write it as the address bar shows it, or in punycode (xn--)."
        ) from None
    if _NUMBER.fullmatch(name) and not is_address(name):
        raise Refused(
            "is a number in odd notation", "Write it as four decimal numbers without leading zeros."
        )
    if len(name) > _LONGEST or not _HOST.fullmatch(name):
        raise Refused("is no name of a host", "Use letters, digits and dashes between dots.")
    return name


def _own(base: str) -> str:
    """Refuse a suffix below which anybody can have a host of their own."""
    if is_address(base):
        raise Refused("is a number, which has no hosts below it", "Give the number alone.")
    shared = _shared_below(base)
    if shared is not None:
        raise Refused(
            f"covers {shared}, below which anybody can have a host",
            'Name the hosts one by one, or "*." with the domain of one owner.',
        )
    return base


@lru_cache(maxsize=256)
def _shared_below(base: str) -> str | None:
    """Return a public suffix that "*.base" would cover; None when all of it has one owner."""
    # Parsed only when such a rule is there, and not kept: a second of policy, megabytes of list.
    import idna  # noqa: PLC0415
    from publicsuffixlist import PSLFILE, PublicSuffixList  # noqa: PLC0415

    if PublicSuffixList().publicsuffix(base) == base:
        return base
    spellings = (f".{base}", f".{idna.decode(base)}")
    with open(PSLFILE, encoding="utf-8") as file:  # noqa: PTH123  the library gives a string
        rules = (line.strip() for line in file if not line.startswith("//"))
        return next((r.lstrip("!*.") for r in rules if r.endswith(spellings)), None)
