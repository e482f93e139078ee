from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.gate.sites import site_of, templated
from nodreel.policy import DesignatedSite
from nodreel.scene import Address

WIKI = DesignatedSite(id="wiki", name="Wiki", host="wiki.example.org", path="/team")
ALL = DesignatedSite(id="all", name="All", host="*.example.com")
ODD = DesignatedSite(id="odd", name="Odd", host="localhost", scheme="http", port=8443)
SIX = DesignatedSite(id="six", name="Six", host="[::1]", scheme="http")
SITES = (WIKI, ALL, ODD, SIX)

TEAM = Address("https", "wiki.example.org", 443, "/team")
DESIGNATED = [
    (TEAM, "wiki"),
    (replace(TEAM, path="/team/"), "wiki"),
    (replace(TEAM, path="/team/page/1"), "wiki"),
    (Address("https", "example.com", 443, "/"), "all"),
    (Address("https", "a.b.example.com", 443, "/x//y/../%2e"), "all"),
    (Address("http", "localhost", 8443, "/"), "odd"),
    (Address("http", "::1", 80, "/"), "six"),
    (Address("http", "[::1]", 80, "/"), "six"),
]
NOT = {
    "another host": replace(TEAM, host="example.org"),
    "a host below an exact one": replace(TEAM, host="a.wiki.example.org"),
    "a host in front": replace(TEAM, host="evilwiki.example.org"),
    "a host in front of a suffix": Address("https", "evilexample.com", 443, "/"),
    "a host behind a suffix": Address("https", "example.com.evil.org", 443, "/"),
    "a host behind": replace(TEAM, host="wiki.example.org.evil.com"),
    "a user that looks like a host": replace(TEAM, host="wiki.example.org@evil.com"),
    "a host behind a user": replace(TEAM, host="evil.com@wiki.example.org"),
    "a user in front of a suffix": Address("https", "evil@a.example.com", 443, "/"),
    "a path in front of a suffix": Address("https", "evil.org/.example.com", 443, "/"),
    "a query in front of a suffix": Address("https", "evil.org?.example.com", 443, "/"),
    "a fragment in front of a suffix": Address("https", "evil.org#.example.com", 443, "/"),
    "a port in front of a suffix": Address("https", "evil.org:1.example.com", 443, "/"),
    "a backslash in front of a suffix": Address("https", "evil.org\\.example.com", 443, "/"),
    "a line in front of a suffix": Address("https", "evil.org\n.example.com", 443, "/"),
    "a label too many": Address("https", "..example.com", 443, "/"),
    "a dot at the end": replace(TEAM, host="wiki.example.org."),
    "capitals": replace(TEAM, host="Wiki.Example.org"),
    "a letter that looks alike": replace(TEAM, host="wiki.\u0435xample.org"),
    "an encoded dot": replace(TEAM, host="wiki%2eexample.org"),
    "no host": replace(TEAM, host=""),
    "another scheme": replace(TEAM, scheme="http", port=80),
    "another scheme at the same port": replace(TEAM, scheme="http"),
    "a scheme of programs": replace(TEAM, scheme="file"),
    "capitals in the scheme": replace(TEAM, scheme="HTTPS"),
    "another port": replace(TEAM, port=8443),
    "the usual port of another one": Address("http", "localhost", 80, "/"),
    "no port": replace(TEAM, port=0),
    "a path beside": replace(TEAM, path="/teams"),
    "a path above": replace(TEAM, path="/"),
    "a path that only ends so": replace(TEAM, path="/x/team"),
    "a path in capitals": replace(TEAM, path="/Team"),
    "no path": replace(TEAM, path=""),
    "no path, on a whole host": Address("https", "example.com", 443, ""),
    "a path without its slash": replace(TEAM, path="team"),
    "a way out": replace(TEAM, path="/team/../hr"),
    "a way out that some servers take": replace(TEAM, path="/team/..;/hr"),
    "an encoded way out": replace(TEAM, path="/team/%2e%2e/hr"),
    "a half encoded way out": replace(TEAM, path="/team/.%2E/hr"),
    "a way out encoded twice": replace(TEAM, path="/team/%252e%252e/hr"),
    "an encoded slash": replace(TEAM, path="/team%2f..%2fhr"),
    "an encoded slash below": replace(TEAM, path="/team/..%2fhr"),
    "a backslash": replace(TEAM, path="/team\\..\\hr"),
    "two slashes": replace(TEAM, path="/team//hr"),
    "two slashes in front": replace(TEAM, path="//team"),
}  # fmt: skip


@pytest.mark.parametrize(("address", "site"), DESIGNATED)
def test_designated_pages_are_known(address: Address, site: str) -> None:
    found = site_of(address, SITES)
    assert found is not None
    assert found.id == site


@pytest.mark.parametrize("trick", NOT)
def test_what_only_looks_like_a_site_is_none(trick: str) -> None:
    assert site_of(NOT[trick], SITES) is None


def test_no_address_and_no_sites_are_no_site() -> None:
    assert site_of(None, SITES) is None
    assert site_of(TEAM, ()) is None


LABEL = st.sampled_from(["a", "aa", "evila", "b"])
HOST = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "test"]))
SEGMENT = st.sampled_from(["a", "aa", "..", "%2e%2E", "..;", "a%2Fa", "b.b", "%61", ""])
PATH = st.lists(SEGMENT, max_size=3).map(lambda segments: "/" + "/".join(segments))
SITE = st.builds(
    lambda **fields: DesignatedSite.model_construct(id="x", name="X", **fields),
    host=st.tuples(st.sampled_from(["", "*."]), HOST).map("".join),
    scheme=st.sampled_from(["https", "http"]),
    port=st.sampled_from([None, 80, 443, 8443]),
    path=st.sampled_from(["/", "/a", "/a/aa", "/b.b"]),
)
ADDRESS = st.builds(
    Address, st.sampled_from(["https", "http", "ftp"]), HOST,
    st.sampled_from([80, 443, 8443]), PATH,
)  # fmt: skip


def slowly(address: Address, site: DesignatedSite) -> bool:
    """Say the same, label by label and segment by segment."""
    if address.scheme != site.scheme:
        return False
    if address.port != (site.port or {"https": 443, "http": 80}[site.scheme]):
        return False
    labels, wanted = address.host.split("."), site.host.removeprefix("*.").split(".")
    while site.host.startswith("*.") and len(labels) > len(wanted):
        labels.pop(0)
    if labels != wanted:
        return False
    segments, root = address.path.split("/")[1:], [s for s in site.path.split("/") if s]
    odd = [s for s in segments[:-1] if not s] or (not segments[-1] and address.path == "//")
    odd = odd or [s for s in segments if s.partition(";")[0] == ".." or "%2" in s.lower()]
    return not root or (segments[: len(root)] == root and not odd)


@given(ADDRESS, st.lists(SITE, max_size=3))
def test_the_first_site_that_a_slow_reader_finds(
    address: Address, sites: list[DesignatedSite]
) -> None:
    wanted = next((site for site in sites if slowly(address, site)), None)
    assert site_of(address, sites) is wanted


@given(st.builds(Address, st.text(), st.text(), st.integers(), st.text()))
def test_no_address_upsets_it(address: Address) -> None:
    assert site_of(address, [WIKI]) is None or address.host == WIKI.host


TEMPLATES = {
    "/": "/",
    "": "/",
    "/team/page": "/team/page",
    "/team/index.html": "/team/index.html",
    "/team/": "/team",
    "/orders/42": "/orders/{id}",
    "/orders/42/edit": "/orders/{id}/edit",
    "/v1.2/x": "/v1.2/x",
    "/2026/11/x": "/{id}/{id}/x",
    "/a/550e8400-e29b-41d4-a716-446655440000": "/a/{id}",
    "/c/deadbeef": "/c/{id}",
    "/c/9f86d081884c7d65": "/c/{id}",
    "/u/jo@example.org": "/u/{id}",
    "/~jo/x": "/{id}/x",
    "/@jo": "/{id}",
    "/invoice-20261": "/{id}",
    "/invoice-202": "/invoice-202",
    "/caf%C3%A9/x": "/{id}/x",
    "/caf\u00e9": "/{id}",
    "/x;jsessionid=1A": "/{id}",
    "/a=b": "/{id}",
    "/a:b": "/{id}",
    "/dQw4w9WgXcQ": "/{id}",
    "/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx": "/{id}",
    "/abcdefghijklmnop7": "/{id}",
    "/qwertzuiopasdfghjklyx": "/{id}",
    "/" + "xy-" * 14: "/{id}",
    "/a?q=secret": "/a",
    "/a#secret": "/a",
    "/a?x#y/b": "/a",
    "//a///b": "/a/b",
    "/a/b/c/d/e/f/g/h/i/j": "/a/b/c/d/e/f/g/h",
    "/{id}": "/{id}",
    "/\x1b[2J": "/{id}",
    "/..": "/{id}",
}  # fmt: skip


@pytest.mark.parametrize(("path", "kept"), TEMPLATES.items())
def test_what_names_a_person_or_a_thing_is_no_part_of_a_template(path: str, kept: str) -> None:
    assert templated(replace(TEAM, path=path)) == f"https://wiki.example.org{kept}"


def test_an_origin_names_its_port_when_it_is_not_the_usual_one() -> None:
    assert templated(Address("http", "localhost", 8443, "/")) == "http://localhost:8443/"
    assert templated(Address("http", "a.test", 443, "/")) == "http://a.test:443/"
    assert templated(Address("http", "a.test", 80, "/")) == "http://a.test/"
    assert templated(Address("http", "[::1]", 80, "/x")) == "http://[::1]/x"
    assert templated(Address("http", "::1", 81, "/x")) == "http://[::1]:81/x"


@pytest.mark.parametrize(
    "change", [{"host": "me@a.test"}, {"host": ""}, {"scheme": "data"}, {"host": "A.test"}]
)
def test_an_address_that_is_none_has_no_template(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not spelt"):
        templated(replace(TEAM, **change))  # type: ignore[arg-type]


@given(st.text(), st.text(alphabet="0123456789", min_size=4))
def test_a_template_is_short_plain_and_without_numbers(text: str, number: str) -> None:
    for path in (f"/{text}", f"/{text}{number}", f"/a/{number}/{text}", f"/{text}?{number}"):
        kept = templated(replace(TEAM, path=path)).removeprefix("https://wiki.example.org/")
        segments = kept.split("/")
        assert len(segments) <= 8
        assert all(re.fullmatch(r"[A-Za-z0-9._-]{0,40}|\{id\}", s) for s in segments)
        assert not re.search(r"[0-9]{4}", kept)
