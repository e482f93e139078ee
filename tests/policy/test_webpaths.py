from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.policy.webpaths import is_below, is_devious, normal_path

GOOD = {"/": "/", "/team": "/team", "/team/": "/team", "/a/b.html": "/a/b.html",
        "/caf%C3%A9": "/caf%C3%A9", "/~me/x;y=1": "/~me/x;y=1", "/a..b": "/a..b"}  # fmt: skip
DEVIOUS = (
    "/team/../hr", "/team/./x", "/..", "/team/..;/hr", "/team/.;x/hr", "/team//hr", "//team",
    "/team/%2e%2e/hr", "/team/%2E./hr", "/team%2fhr", "/team%2Fhr", "/team%5chr", "/team\\hr",
    "/team/%252e%252e/hr", "/team/%25252fhr", "/team%00", "/te am", "/te\nam", "/team/\u2025/hr",
    "/team/%2e",
)  # fmt: skip


@pytest.mark.parametrize(("text", "spelt"), GOOD.items())
def test_a_path_is_taken_without_the_slash_at_its_end(text: str, spelt: str) -> None:
    assert normal_path(text) == spelt
    assert not is_devious(text)


@pytest.mark.parametrize("text", DEVIOUS)
def test_what_servers_read_differently_is_refused(text: str) -> None:
    assert is_devious(text)
    with pytest.raises(ValueError, match=r"has `..`"):
        normal_path(text)


@pytest.mark.parametrize("text", ["", "team", "/team?x", "/team#x", "/te<am", "/te%zz", "/te|am"])
def test_only_paths_are_paths(text: str) -> None:
    with pytest.raises(ValueError, match=r"begin|query|fragment|no address"):
        normal_path(text)


SEGMENTS = st.lists(st.sampled_from(["a", "aa", "b", "a.b"]), max_size=3)


@given(SEGMENTS, SEGMENTS)
def test_below_is_by_whole_segments(path: list[str], root: list[str]) -> None:
    spelt = ["/" + "/".join(x) for x in (path, root)]
    assert is_below(*spelt) == (path[: len(root)] == root)
