"""What a person did, out of what the machine saw: clicks, drags, texts, hotkeys, selections."""

from __future__ import annotations

from nodreel.action.find import actions, between, find_actions
from nodreel.action.model import VERSION, Action, ActionKind, Point, Settings

__all__ = [
    "VERSION",
    "Action",
    "ActionKind",
    "Point",
    "Settings",
    "actions",
    "between",
    "find_actions",
]
