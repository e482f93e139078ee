"""What names people and machines: mail addresses, hosts, logins, addresses of networks. Pure.

Nothing is looked up: internal names, which no public list knows, count as much as others.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from nodreel.scrub.shape import Shape

MAIL: Final = "mail address"
HOST: Final = "host name"
USER: Final = "user name"
NETWORK: Final = "network address"

_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_NO_PEOPLE: Final = frozenset({"git", "noreply", "no-reply"})
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
_EVERYBODY: Final = frozenset({
    "user", "users", "username", "public", "shared", "default", "guest", "root", "runner",
    "ubuntu", "debian", "admin", "administrator", "all users", "linuxbrew",
})  # fmt: skip
_INTERNAL: Final = r"lan|corp|intranet|localdomain"
_INTERNAL_OR_CODE: Final = r"local|internal|private|home|intra"  # after one label: an attribute
_OF_CODE: Final = frozenset({"self", "this", "cls", "os"})
_NOT_HERE: Final = r"(?![\w(-]|\.\w)"


def _mail(text: str) -> int:
    name, _, host = text.rpartition("@")
    if name.lower() in _NO_PEOPLE or host.lower().endswith(_PICTURES):
        return 0
    return len(text)


def _host(text: str) -> int:
    """Take names of machines; attributes in a program look alike."""
    labels = text.lower().split(".")
    alone = len(labels) == 2 and re.fullmatch(_INTERNAL_OR_CODE, labels[-1])  # noqa: PLR2004
    numbered = any(sign.isdigit() or sign == "-" for sign in labels[0])
    return 0 if labels[0] in _OF_CODE or (alone and not numbered) else len(text)


def _user(text: str) -> int:
    return 0 if text.lower() in _EVERYBODY else len(text)


def _address(text: str) -> int:
    """Take an address of a machine; not those that stand for every machine, or for none."""
    try:
        found = ipaddress.ip_address(_ZEROS.sub("", text.partition("%")[0]))
    except ValueError:
        return 0
    if isinstance(found, ipaddress.IPv6Address) and not _SIX.search(text):
        return 0  # words of a program, joined by colons
    documented = isinstance(found, ipaddress.IPv4Address) and any(found in net for net in _MANUALS)
    nobody = found.is_loopback or found.is_unspecified or found.is_multicast or documented
    return 0 if nobody or text.startswith("0.") else len(text)


_ZEROS: Final = re.compile(r"(?<![\d:a-fA-F])0+(?=\d+\.)|(?<=\.)0+(?=\d)")  # 10.0.045.05
_SIX: Final = re.compile(r"\d.*:.*:.*:|::.*\d.*:")
_MANUALS: Final = tuple(
    ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
)
_VERSION: Final = r"(?<![\w.:/-])(?<!version )(?<!Version )(?<!build )(?<!Build )(?<!release )"

PERSONAL: Final = (
    Shape(
        MAIL,
        re.compile(rf"(?<![\w.%+-])[\w.%+-]{{1,64}}@(?:{_LABEL}\.){{1,8}}[^\W\d_]{{2,24}}(?![\w])"),
        _mail,
    ),
    Shape(USER, re.compile(rf"(?<![\w.%+-])[\w.%+-]{{1,64}}@{_LABEL}(?=:[~/])"), _mail),
    Shape(USER, re.compile(r"(?<=/home/)[\w.-]{1,64}"), _user),
    Shape(USER, re.compile(r"(?<=/Users/)[\w.-]{1,64}"), _user),
    Shape(USER, re.compile(r"(?<=:\\Users\\)[\w.-]{1,64}"), _user),
    Shape(
        HOST,
        re.compile(
            rf"(?<![\w.@-])(?:(?:{_LABEL}\.){{1,8}}(?:{_INTERNAL}|{_INTERNAL_OR_CODE}|home\.arpa))"
            rf"{_NOT_HERE}",
            re.IGNORECASE,
        ),
        _host,
    ),
    Shape(HOST, re.compile(r"(?<![\w\\])\\\\[\w.-]{1,64}\\[\w$.-]{1,64}")),
    Shape(
        NETWORK,
        re.compile(rf"{_VERSION}(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![\w-]|\.\d)", re.ASCII),
        _address,
    ),
    Shape(
        NETWORK,
        re.compile(r"(?<![\w.:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])", re.ASCII),
        _address,
    ),
    Shape(
        NETWORK,
        re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"),
    ),
)  # fmt: skip


def below(domain: str) -> Shape:
    """Return what finds the names of hosts in a domain that somebody named, its own as well."""
    name = re.escape(domain.strip(".").lower())
    host = rf"(?<![\w.@-])(?:{_LABEL}\.){{0,8}}{name}(?![\w-]|\.\w)"
    return Shape(HOST, re.compile(host, re.IGNORECASE))
