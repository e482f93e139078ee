from __future__ import annotations

import pytest

from nodreel.errors import EpisodeError
from nodreel.redact.finders import MOST_WORDS, Rules, betrayed, found_in, words
from nodreel.redact.personal import HOST, MAIL, NETWORK, USER

COVERS = ("personal", "phones", "finders")
RULES = Rules(words=("Project  Nightingale", "O'Neill"), domains=("acme.com",))


def found(text: str) -> list[tuple[str, str]]:
    spans = found_in(text, RULES.finders())
    return sorted({(s.name, text[s.start : s.end]) for s in spans})


@pytest.mark.parametrize(
    ("text", "name", "part"),
    [
        ("To: anna.moser@acme-corp.example;", MAIL, "anna.moser@acme-corp.example"),
        ("<j_doe+x@mail.acme.internal>", MAIL, "j_doe+x@mail.acme.internal"),
        ("Jörg: jörg@müller.de.", MAIL, "jörg@müller.de"),
        ("anna@ws12:~$ ls", USER, "anna@ws12"),
        ("cd /home/anna/work", USER, "anna"),
        (r"C:\Users\anna.m\Desktop", USER, "anna.m"),
        ("ssh db01.corp.acme.internal now", HOST, "db01.corp.acme.internal"),
        ("on printer-3.local", HOST, "printer-3.local"),
        ("http://wiki.intranet/x", HOST, "wiki.intranet"),
        ("see build7.eu.acme.com", HOST, "build7.eu.acme.com"),
        (r"open \\files3\payroll$", HOST, r"\\files3\payroll$"),
        ("ping 10.12.0.7", NETWORK, "10.12.0.7"),
        ("from 84.12.7.9, port 22", NETWORK, "84.12.7.9"),
        ("link fe80::1f2e:42:9c7 up", NETWORK, "fe80::1f2e:42:9c7"),
        ("ether 3c:22:fb:aa:01:9e", NETWORK, "3c:22:fb:aa:01:9e"),
        ("call +49 30 901820", "phone number", "+49 30 901820"),
        ("call (415) 333-1234 now", "phone number", "(415) 333-1234"),
        ("Tel. 089 234567", "phone number", "089 234567"),
        ("the project nightingale plan", "word of the list", "project nightingale"),
        ("ask O'NEILL.", "word of the list", "O'NEILL"),
        ("token ghp_16C7e42F292c6912E7710c838347Ae178B4a", "GitHub token",
         "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
    ],
)  # fmt: skip
def test_what_names_people_and_machines_is_found(text: str, name: str, part: str) -> None:
    assert (name, part) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "git@github.com:nodejs/node.git", "logo@2x.png", "react@18.2.0", "@pytest.fixture",
        "std::vector<int>", "A::B::C", "docs.python.org/3/library", "threading.local()",
        "self.private.home", "obj.internal = 1", "settings.local.json", "127.0.0.1:80", "0.0.0.0",
        "version 1.2.3.4", "v10.2.3.4", "Chrome/120.0.6099.109", "192.0.2.14", "10:30:45",
        "Order 2026-361481", "2026-11-28 08:21:01", "28.11.2026", "Total 1,204.50",
        "ISBN 978-3-16-148410-0", "/home/user/x", "9f86d081884c7d65", "48.1374, 11.5755",
        "notacme.company", "Nightingale", "1.2.3.4.5", "pages 12-118 of 1200",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert found(text) == []


def test_a_mail_address_gives_away_a_name() -> None:
    away = betrayed([(MAIL, "anna.moser@acme.example"), (NETWORK, "10.0.0.1"), (USER, "bob")])
    assert {"anna.moser@acme.example", "anna moser", "moser, anna"} <= away
    assert not away & {"10.0.0.1", "bob"}


def test_countries_are_those_that_were_told() -> None:
    assert found_in("Tel. 089 234567", Rules(("DE",)).finders())
    assert not found_in("Tel. 089 234567", Rules(("US",)).finders())
    assert not found_in("Tel. 089 234567", Rules(()).finders())
    assert found_in("+49 89 234567", Rules(()).finders())


def test_a_long_list_is_looked_for_whole_and_as_words_of_their_own() -> None:
    listed = [f"person {n}" for n in range(9000)] + ["Özil", "A", "x ray", "İpek"]
    (finder,) = words(listed)
    text = "ask PERSON  8999, özil, a; not person 9000x or amber: X-ray x\tRAY ipek"
    seen = [text[s.start : s.end] for s in finder.spans(text)]
    assert seen == ["PERSON  8999", "özil", "a", "x\tRAY", "ipek"]
    assert words([]) == ()


def test_too_many_words_are_refused() -> None:
    with pytest.raises(EpisodeError):
        words(map(str, range(MOST_WORDS + 1)))


def test_numbers_with_zeros_before_them_are_addresses_too() -> None:
    assert found("from 192.168.145.05") == [(NETWORK, "192.168.145.05")]


def test_a_hostile_text_is_read_in_time() -> None:
    for hostile in ("a." * 4000 + "@", "1 " * 4000, "a@" * 4000, ":" * 8000, "\\\\" * 4000):
        found_in(hostile, RULES.finders())
