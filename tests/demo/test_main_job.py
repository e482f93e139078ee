"""The main job from the first question to the judgement, as `scripts/demo` shows it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.demo.__main__ import perform

PROMISED = {
    "injected", "recorded", "foreign_events", "foreign_pixels", "designated_pixels_kept",
    "time_error_p99_ms", "clicks_without_prior_frame", "prior_frame_mismatches",
    "coverage_error_s", "episodes", "identity", "seed", "dropped",
}  # fmt: skip


def test_the_main_job() -> None:
    said: list[str] = []
    with tempfile.TemporaryDirectory(prefix="nodreel-demo-") as place:
        found = perform(Path(place), seed=7, seconds=1, say=said.append)
        assert found["shortcomings"] == []
        assert set(found) >= PROMISED
        assert all(Path(episode).is_dir() for episode in found["episodes"])
        assert Path(found["identity"]).is_file()
    assert found["dropped"]["not a designated app"] > 0
    assert any("I agree to be recorded" in line for line in said)
