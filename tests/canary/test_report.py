"""The table counts what a channel must not give away, and only that."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

from tests.canary.campaign import Outcome
from tests.canary.channels import CHANNELS, Keys
from tests.canary.corpus import Corpus
from tests.canary.kept import Kept
from tests.canary.log import Log, Planted
from tests.canary.report import figures, rows, table, whereabouts
from tests.canary.search import Found


def outcome(channel: str, found: Found) -> Outcome:
    corpus = Corpus(1)
    words, (patch,) = corpus.strings(channel, 2), corpus.colours(channel, 1)
    log = Log([Planted(word, 0) for word in words], patches={patch.rgb: patch})
    return Outcome(log, found, Kept(), {"search": 1.23})


def leaks(channel: str, found: Found) -> int:
    (row,) = rows(outcome(channel, found))
    return row.leaks


def test_nothing_found_is_no_leak() -> None:
    (row,) = rows(outcome("overlap", Found()))
    assert (row.strings, row.colours, row.leaks) == (2, 1, 0)


def test_each_way_of_finding_is_a_leak() -> None:
    made = outcome("overlap", Found())
    (rgb,), word = made.log.patches, made.log.planted[0].canary
    for found in (
        Found(colours=Counter({rgb: 3})),
        Found(signs=Counter({"overlap": 1})),
        Found(shapes=Counter({"overlap": 1})),
        Found(others=Counter({"overlap": 1})),
    ):
        assert leaks("overlap", found) == 1
    found = Found()
    found.strings[0].add("a.log: plain")
    found.read[word.text].add("overlap")
    assert leaks("overlap", found) == 2
    assert len(whereabouts(outcome("overlap", found))) == 2


def test_what_the_app_itself_may_show_is_no_leak() -> None:
    found = Found(shapes=Counter({"tier shape": 5}), others=Counter({"tier shape": 5}))
    found.read[Corpus(1).strings("tier shape", 1)[0].text].add("tier shape")
    assert CHANNELS["tier shape"].seen
    assert leaks("tier shape", found) == 0
    found = Found(shapes=Counter({"tier shortcuts": 5}), others=Counter({"tier shortcuts": 7}))
    assert CHANNELS["tier shortcuts"].keys is Keys.OTHERS
    assert leaks("tier shortcuts", found) == 5


def test_figures_are_plain_and_the_table_names_every_channel() -> None:
    made = outcome("overlap", Found())
    more = outcome("lock screen", Found())
    whole = replace(made, log=Log([*made.log.planted, *more.log.planted], patches=made.log.patches))
    told = json.loads(json.dumps(figures(whole)))
    assert (told["strings"], told["colours"], told["leaks"]) == (4, 1, 0)
    assert told["seconds"] == {"search": 1.2}
    text = table(whole)
    for name in ("overlap", "lock screen"):
        assert name in text
        assert CHANNELS[name].guard in text
