from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nodreel.gate.sites import site_of
from nodreel.policy import DesignatedSite
from nodreel.scene import Address
from tests.policy.samples import WIKI


def site(**changes: Any) -> DesignatedSite:
    return DesignatedSite(**({"id": "x", "name": "X", "host": "a.example.org"} | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "*.org"},
        {"host": 3},
        {"scheme": "ftp"},
        {"scheme": "HTTPS"},
        {"port": 0},
        {"port": 65536},
        {"port": "8443"},
        {"path": "team"},
        {"path": "/team/.."},
        {"path": "/" + "a" * 1024},
        {"keys": "all"},
        {"category": "social"},
        {"masked": tuple(f".a{i}" for i in range(65))},
        {"query": "x"},
        {"url": "https://a.example.org"},
    ],
)
def test_a_site_is_designated_exactly_or_not_at_all(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        site(**changes)


def test_it_says_where_it_is() -> None:
    assert WIKI.place == "https://wiki.example.org/"
    assert site(host="[::1]", scheme="http", port=81, path="/x/").place == "http://[::1]:81/x"
    assert site(host="*.EXAMPLE.org").place == "https://*.example.org/"


@pytest.mark.parametrize(("scheme", "port"), [("https", 443), ("http", 80)])
def test_the_usual_port_is_no_special_one(scheme: str, port: int) -> None:
    assert site(scheme=scheme, port=port) == site(scheme=scheme)
    assert site(scheme=scheme, port=523).port == 523


SELECTORS = [".salary", "#a > b:nth-child(2n+1)", '[data-x="ü ~ y"]', "a, b", "x" * 256]
NO_SELECTORS = [
    "",
    "x" * 257,
    "a{color:red}",
    "}",
    "{",
    "</style>",
    "a\nb",
    "a\x00",
    " a",
    "a\u202eb",
]


@pytest.mark.parametrize("text", SELECTORS)
def test_selectors_are_taken_as_they_are(text: str) -> None:
    assert site(masked=(text,)).masked == (text,)


@pytest.mark.parametrize("text", NO_SELECTORS)
def test_a_selector_is_a_selector_and_nothing_else(text: str) -> None:
    with pytest.raises(ValidationError):
        site(masked=(text,))


SOME = st.builds(
    site,
    host=st.sampled_from(["a.example.org", "b.a.example.org", "*.a.example.org", "*.example.org"]),
    scheme=st.sampled_from(["https", "http"]),
    port=st.sampled_from([None, 443, 80, 8443]),
    path=st.sampled_from(["/", "/a", "/a/b", "/ab"]),
)
ADDRESSES = [
    Address(scheme, host, port, path)
    for scheme in ("https", "http")
    for host in ("example.org", "a.example.org", "b.a.example.org", "c.a.example.org")
    for port in (443, 80, 8443)
    for path in ("/", "/a", "/a/b", "/ab")
]


@given(SOME, SOME)
def test_sites_overlap_exactly_when_a_page_belongs_to_both(
    one: DesignatedSite, other: DesignatedSite
) -> None:
    both = [a for a in ADDRESSES if site_of(a, [one]) and site_of(a, [other])]
    assert one.overlaps(other) == bool(both)
