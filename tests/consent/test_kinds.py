from __future__ import annotations

import pytest

from nodreel.consent.kinds import (
    KIND_WORDS,
    kind_line,
    kind_more,
    kind_name,
    kind_short,
    kind_words,
)
from nodreel.events import Kind
from nodreel.language import languages
from nodreel.paths import default_paths


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_called_what_the_policy_calls_it(kind: Kind) -> None:
    assert kind_name(kind) == kind
    assert kind_line(kind) == f"{kind}: {kind_short(kind)}"
    assert KIND_WORDS[kind].startswith(kind_line(kind))
    assert kind_more(kind).removesuffix(".") in KIND_WORDS[kind]


@pytest.mark.parametrize("kind", Kind)
def test_it_is_said_in_every_language(kind: Kind) -> None:
    there = languages(default_paths()).values()
    assert len({kind_words(kind, say) for say in there}) == len(there)
