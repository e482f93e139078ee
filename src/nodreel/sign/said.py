"""What the agent says about itself, as far as the sign shows it. Quick to import: plain JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from nodreel.events import Rect

_FARTHEST: Final = 0x7FFF  # the X protocol has no coordinate beyond that


@dataclass(frozen=True, slots=True)
class Said:
    """The part of ``nodreel.ipc.wire.Status`` that is shown; ages and times left in seconds.

    ``open`` names the first interlock that is open, '' for none. ``around``: what of the desktop a
    frame is to lie round, for who wants one.
    """

    state: str
    sentence: str
    recording: bool = False
    app: str = ""
    open: str = ""
    last_written_s: float | None = None
    unwritten_s: float = 0.0
    paused_s: float | None = None
    around: Rect | None = None


def read_said(line: bytes) -> Said | None:
    """Understand a status of the agent; None for anything else, and then nothing is claimed."""
    try:
        return _said(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def read_answer(line: bytes) -> Said | None:
    """Understand the status inside an answer of the control socket; None where there is none."""
    try:
        return _said(json.loads(line)["status"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _said(told: dict[str, object]) -> Said:
    return Said(
        state=str(told["state"]),
        sentence=str(told["sentence"]),
        recording=told["recording"] is True,
        app=str(told["app"]),
        open=_open(told["interlocks"]),
        last_written_s=_number(told["last_written_s"]),
        unwritten_s=_number(told["unwritten_s"]) or 0.0,
        paused_s=_number(told["paused_s"]),
        around=_rect(told.get("around")),
    )


def _open(told: object) -> str:
    if not isinstance(told, list):
        raise TypeError
    return next((str(lock["name"]) for lock in told if lock["closed"] is not True), "")


def _number(told: object) -> float | None:
    if told is None or isinstance(told, int | float):
        return told
    raise TypeError


def _rect(told: object) -> Rect | None:
    """Understand [x, y, width, height] in desktop pixels."""
    if told is None:
        return None
    if not isinstance(told, list) or len(told) != 4:  # noqa: PLR2004  as above
        raise TypeError
    if not all(isinstance(one, int) and abs(one) <= _FARTHEST for one in told):
        raise TypeError
    return Rect(*told)
