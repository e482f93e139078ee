"""The second nodreel: by the person's own rules, for nobody, and gone afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from typing import TYPE_CHECKING

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import Kind
from nodreel.policy import DesignatedSite, SecretPattern, load_policy, narrower_or_equal
from nodreel.selftest.private import RECIPIENT, Private, narrowed, toml
from tests.bed.bed import wait_for
from tests.policy.samples import policy

if TYPE_CHECKING:
    from pathlib import Path

KEY = str(pyrage.x25519.Identity.generate().to_public())
LEAVES = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.integers(-9, 9) | st.booleans()
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
)


@given(st.dictionaries(st.sampled_from("abc"), VALUES))
def test_a_policy_is_written_so_that_it_reads_the_same(value: dict[str, object]) -> None:
    assert tomllib.loads(toml(value)) == value


def test_only_what_was_agreed_to_for_nobody_and_for_a_day() -> None:
    own = policy(kinds=tuple(Kind), secrets=(SecretPattern(name="case", pattern="K-[0-9]+"),),
                 sites=(DesignatedSite(id="wiki", name="Wiki", host="wiki.example.org"),)
                 )  # fmt: skip
    made = narrowed(own, frozenset({Kind.KEYS, Kind.SCREEN, Kind.ACCESSIBILITY}), KEY)
    assert set(made.kinds) == {Kind.KEYS, Kind.SCREEN}
    assert [(r.name, r.key) for r in made.recipients] == [(RECIPIENT, KEY)]
    assert (made.apps, made.sites, made.secrets) == (own.apps, own.sites, own.secrets)
    assert (made.synthetic, made.presence) == (own.synthetic, own.presence)
    assert not made.review_key
    assert made.limits.validity_days == 1
    wider = {d.field for d in narrower_or_equal(made, own)}
    assert wider == {"purpose", "purpose, in words", "who can open the recordings"}


def test_the_folder_is_the_persons_alone_readable_as_a_policy_and_goes_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = policy(kinds=(Kind.KEYS,))
    with Private(own, frozenset({Kind.KEYS})) as private:
        home = private.home
        assert home.stat().st_mode & 0o777 == 0o700
        assert load_policy(private.paths).policy.recipients[0].name == RECIPIENT
        assert private.paths.managed.parent == private.paths.config
        held = b"".join(path.read_bytes() for path in private.files())
        assert private.identity.encode() not in held
        assert private._env()["NODREEL_HOME"] == str(home)
    assert not home.exists()


def test_without_a_terminal_its_ceremony_gives_no_consent() -> None:
    with Private(policy(kinds=(Kind.KEYS,)), frozenset({Kind.KEYS})) as private:
        inherited, told = os.pipe()
        os.close(told)
        saved = os.dup(0)
        os.dup2(inherited, 0)
        try:
            assert private.ask() == 77
        finally:
            os.dup2(saved, 0)
            os.close(saved)
            os.close(inherited)
        assert not private.paths.grant.exists()


def test_its_agent_ends_and_leaves_nothing_when_its_starter_dies() -> None:
    with Private(policy(kinds=(Kind.KEYS,)), frozenset({Kind.KEYS})) as private:
        private.start()
        wait_for(private.status, "its agent")
        agent = private._agent
        assert agent is not None
        assert agent.stdin is not None
        agent.stdin.close()
        assert agent.wait(10) == 0
        assert not private.home.exists()


@pytest.mark.parametrize("what", ["agent", "ceremony"])
def test_it_is_nobody_elses_way_around_a_managed_policy(what: str) -> None:
    command = [sys.executable, "-P", "-m", "nodreel.selftest.private", what]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 6
    assert "for `nodreel selftest` only" in done.stderr


def test_what_is_written_is_a_whole_policy() -> None:
    made = narrowed(policy(), frozenset(Kind), KEY)
    assert tomllib.loads(toml(made.model_dump(mode="json", exclude_none=True)))
    assert json.dumps(made.model_dump(mode="json"))
