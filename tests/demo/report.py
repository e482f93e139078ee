"""The figures of a run, as one JSON object and as a page for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SUMS = 0.1  # seconds by which the ledger may miss the wall clock
LATEST = 2.0  # ms of error in time at the 99th percentile
MOVES = 0.999
PIXELS = 0.99
NONE = (
    "foreign_events",
    "foreign_pixels",
    "clicks_without_prior_frame",
    "prior_frame_mismatches",
    "unpaired",
    "wrong_app",
)


def coverage(log: Path, started: int, stopped: int) -> tuple[float, dict[str, float]]:
    """Return (seconds by which the ledger misses the time that passed, seconds per state).

    ``started``..``stopped``: monotonic ns in which the recorder certainly ran.
    """
    spans = [json.loads(line) for line in log.read_text().splitlines()]
    totals: dict[str, float] = {}
    holes, last = 0, None
    for span in spans:
        totals[span["state"]] = totals.get(span["state"], 0) + (span["to"] - span["from"]) / 1e9
        holes += abs(span["from"] - last) if last is not None else 0
        last = span["to"]
    if not spans:
        return (stopped - started) / 1e9, {}
    missing = max(0, spans[0]["from"] - started) + max(0, stopped - spans[-1]["to"])
    return round((holes + missing) / 1e9, 3), {k: round(v, 1) for k, v in totals.items()}


def shortcomings(found: dict[str, Any]) -> list[str]:
    """Say in which points a run misses what was promised; empty when it keeps everything."""
    said = []
    for what, least in (("keys", 1.0), ("clicks", 1.0), ("scrolls", 1.0), ("moves", MOVES)):
        injected, recorded = found["injected"][what], found["recorded"][what]
        if not injected or recorded < least * injected:
            said.append(f"{recorded} of {injected} {what} recorded")
    said += [f"{name.replace('_', ' ')}: {found[name]}" for name in NONE if found[name]]
    if found["time_error_p99_ms"] is None or found["time_error_p99_ms"] > LATEST:
        said.append(f"time error p99 {found['time_error_p99_ms']} ms")
    if (found["designated_pixels_kept"] or 0) < PIXELS:
        said.append(f"designated pixels kept: {found['designated_pixels_kept']}")
    if found["coverage_error_s"] > SUMS:
        said.append(f"the ledger misses {found['coverage_error_s']} s")
    return [*said, *found["truth_disagreements"]]


def for_people(found: dict[str, Any]) -> str:
    """Say shortly what was kept, what was dropped and why, and where the episode lies."""
    injected, recorded = found["injected"], found["recorded"]
    kept = ", ".join(f"{recorded[k]} of {injected[k]} {k}" for k in injected)
    share = (found["designated_pixels_kept"] or 0) * 100
    true_before = (
        found["clicks_seen"] - found["clicks_without_prior_frame"] - found["prior_frame_mismatches"]
    )
    lines = [
        "Kept, of what was done in the two designated programs:",
        f"  {kept}",
        f"  {share:.2f} % of their visible pixels, at {found['photos']} quiet moments",
        f"  times right to {found['time_error_p99_ms']} ms (99 of 100)",
        f"  a true picture before {true_before} of {found['clicks_seen']} clicks",
        f"  ({found['straddled_clicks']} of them only together with the one after)",
        "",
        "Kept of anything else, a program that claims to be one of the two included:",
        f"  {found['foreign_events']} events, {found['foreign_pixels']} pixels",
        "",
        f"Longest wait for the sign: {found['longest_wait_for_sign_s']} s",
        "",
        "Dropped, and why (the recorder's own count):",
        *(f"  {count:6} {why}" for why, count in sorted(found["dropped"].items())),
        "",
        "Every second accounted for:",
        *(f"  {seconds:6} s {state}" for state, seconds in found["coverage"].items()),
        "",
        "The episode, sealed; the key opens it:",
        *(f"  {path}" for path in found["episodes"]),
        f"  nodreel show EPISODE --identity {found['identity']}",
    ]
    short = found["shortcomings"]
    lines += ["", "All of this is as promised." if not short else "NOT as promised:"]
    return "\n".join([*lines, *(f"  {point}" for point in short)])
