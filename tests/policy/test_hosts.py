from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.policy.hosts import covers, is_host, normal_host, overlap

SPELLINGS = {
    "wiki.example.org": "wiki.example.org",
    "Wiki.EXAMPLE.org": "wiki.example.org",
    "*.example.org": "*.example.org",
    "*.example.co.uk": "*.example.co.uk",
    "*.apple.com": "*.apple.com",  # named in the list, in a comment
    "*.someone.github.io": "*.someone.github.io",
    "github.io": "github.io",
    "localhost": "localhost",
    "app.localhost": "app.localhost",
    "bücher.example": "xn--bcher-kva.example",
    "xn--bcher-kva.example": "xn--bcher-kva.example",
    "*.BÜCHER.example": "*.xn--bcher-kva.example",
    "faß.example": "xn--fa-hia.example",
    "wiki。example。org": "wiki.example.org",
    "\uff11\uff12\uff17.0.0.1": "127.0.0.1",
    "192.168.1.20": "192.168.1.20",
    "[2001:DB8::0:1]": "2001:db8::1",
    "2001:db8::1": "2001:db8::1",
}
# (what is refused, a word of why)
REFUSED = {
    "": "no name",
    "*": "wrong place",
    "*.": "no name",
    "*.lan": "covers lan",
    "*.com": "covers com",
    "*.co.uk": "covers co.uk",
    "*.github.io": "covers github.io",
    "*.localhost": "covers localhost",
    "*.xn--p1ai": "covers xn--p1ai",
    "*.рф": "covers xn--p1ai",
    "*.kawasaki.jp": "covers kawasaki.jp",
    "*.anything.kawasaki.jp": "covers anything.kawasaki.jp",
    "*.amazonaws.com": "amazonaws.com, below which anybody",
    "wiki.*.org": "wrong place",
    "*wiki.example.org": "wrong place",
    "*.*.example.org": "wrong place",
    "wiki.example.*": "wrong place",
    "wiki.example.org.": "ends with a dot",
    "*.example.org.": "ends with a dot",
    ".example.org": "no name",
    "wiki..example.org": "no name",
    "me@wiki.example.org": "user name",
    "me:secret@wiki.example.org": "user name",
    "https://wiki.example.org": "scheme",
    "//wiki.example.org": "path",
    "wiki.example.org/team": "path",
    "wiki.example.org\\team": "backslash",
    "wiki.example.org?x": "query",
    "wiki.example.org#x": "fragment",
    "wiki%2eexample.org": "encoded",
    "wiki.example.org:8443": "port",
    "[::1]:8443": "port",
    "[fe80::1%eth0]": "encoded",
    "*.192.168.1.20": "no hosts below",
    "*.[::1]": "no hosts below",
    "0x7f.0.0.1": "odd notation",
    "127.1": "odd notation",
    "2130706433": "odd notation",
    "010.0.0.1": "odd notation",
    "wiki.example.0x10": "odd notation",
    "wiki": "another network",
    "in-tranet": "another network",
    "wiki_old.example.org": "no name",
    "-wiki.example.org": "no name",
    "wiki .example.org": "no name",
    " wiki.example.org": "space",
    "wi\u200bki.example.org": "invisible",
    "wi\u00adki.example.org": "invisible",
    "wiki\n.example.org": "line breaks",
    "℀.example.org": "no name",
    f"{'a' * 64}.org": "no name",
    f"{'a.' * 130}org": "no name",
    "xn--zz--.example": "no name",
}  # fmt: skip


@pytest.mark.parametrize(("text", "spelt"), SPELLINGS.items())
def test_a_host_has_one_spelling(text: str, spelt: str) -> None:
    assert normal_host(text) == spelt
    assert normal_host(spelt) == spelt
    assert spelt.startswith("*.") or is_host(spelt)


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_what_could_be_read_in_two_ways_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        normal_host(text)


def test_letters_that_look_alike_are_another_host() -> None:
    cyrillic = normal_host("wiki.\u0435\u0445ample.org")
    assert cyrillic.isascii()
    assert cyrillic != normal_host("wiki.example.org")


@given(st.text(max_size=30))
def test_whatever_is_taken_is_spelt_plainly(text: str) -> None:
    try:
        spelt = normal_host(text)
    except ValueError:
        return
    assert is_host(spelt.removeprefix("*."))
    assert normal_host(spelt) == spelt


LABELS = st.sampled_from(["a", "b", "evil-a", "aa"])
HOSTS = st.lists(LABELS, min_size=1, max_size=3).map(lambda x: ".".join([*x, "org"]))
RULES = st.tuples(st.sampled_from(["", "*."]), HOSTS).map("".join)


def slowly_covers(rule: str, host: str) -> bool:
    wanted, given_ = rule.split(".")[::-1], host.split(".")[::-1]
    if wanted[-1] == "*":
        return given_[: len(wanted) - 1] == wanted[:-1]
    return wanted == given_


@given(RULES, HOSTS)
def test_covering_is_by_whole_labels(rule: str, host: str) -> None:
    assert covers(rule, host) == slowly_covers(rule, host)


EVERY = [
    ".".join([*labels, "org"])
    for length in range(1, 5)
    for labels in itertools.product(["a", "b", "evil-a", "aa"], repeat=length)
]


@given(RULES, RULES)
def test_two_rules_overlap_exactly_when_a_host_is_in_both(one: str, other: str) -> None:
    assert overlap(one, other) == any(covers(one, h) and covers(other, h) for h in EVERY)
