"""Print, as JSON, where the items of a program's open menus lie: ``places.py PID``.

By the accessibility library's own binding, so that where to click is not known through nodreel.
"""

from __future__ import annotations

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

MENUS = (Atspi.Role.MENU, Atspi.Role.MENU_ITEM, Atspi.Role.CHECK_MENU_ITEM)


def walk(node: Atspi.Accessible, found: dict[str, list[int]]) -> None:
    """Take the menu items that are shown, and what lies below."""
    states = node.get_state_set()
    if node.get_role() in MENUS and states.contains(Atspi.StateType.SHOWING):
        box = node.get_extents(Atspi.CoordType.SCREEN)
        if box.width > 1 and node.get_name():
            found[node.get_name()] = [box.x, box.y, box.width, box.height]
    for n in range(node.get_child_count()):
        child = node.get_child_at_index(n)
        if child is not None:
            walk(child, found)


def main(pid: int) -> None:
    found: dict[str, list[int]] = {}
    desktop = Atspi.get_desktop(0)
    for n in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(n)
        if app is not None and app.get_process_id() == pid:
            walk(app, found)
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
