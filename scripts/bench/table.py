"""The figures beside what they must be and should be: one Markdown table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS: tuple[tuple[str, str, str, float, float], ...] = (
    ("CPU at office work, % of a core", "office", "cpu", 2.5, 1.5),
    ("CPU while typing, % of a core", "typing", "cpu", 2.5, 1.5),
    ("CPU while scrolling, % of a core", "scrolling", "cpu", 2.5, 1.5),
    ("CPU idle, % of a core", "idle", "cpu", 0.15, 0.05),
    ("wake-ups a second, idle", "idle", "wakeups", 4, 1),
    ("CPU, a program not designated in front, % of a core", "strangers", "cpu", 0.3, 0.1),
    ("memory, PSS of all processes, MB", "memory", "pss_mb", 110, 70),
    ("start to first recorded event, s", "start", "first_event_s", 1.0, 0.5),
    ("import of the agent, CPU ms", "start", "import_cpu_ms", 250, 250),
    ("disk at office work, MB an hour", "office", "mb_per_hour", 75, 35),
    ("fsyncs a minute, office work", "office", "fsyncs_per_minute", 50, 25),
    ("error of times, p99, ms", "office", "time_error_p99_ms", 2, 1),
)


def markdown(found: Mapping[str, Any], fps: float) -> str:
    """Return the table; figures that were not measured are left out."""
    limit = {"office": 2.5, "disk": 75.0} if fps > 5 else {"office": 1.8, "disk": 60.0}
    lines = ["| figure | measured | must | aim | measured ÷ must |", "|---|---|---|---|---|"]
    for title, phase, name, must, aim in ROWS:
        value = found.get(phase, {}).get(name)
        if value is None:
            continue
        bound = limit["office"] if must == 2.5 else limit["disk"] if must == 75 else must
        fine = "" if value <= bound else " **over**"
        lines.append(f"| {title} | {value} | {bound} | {aim} | {value / bound:.2f}{fine} |")
    return "\n".join(lines)
