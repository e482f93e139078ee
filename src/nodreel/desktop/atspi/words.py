"""The numbers of AT-SPI that matter here, and the words for them.

Numbers, because the names that apps give are translated or wrong: a password field of Qt calls
itself "text", and is number 40 all the same.
"""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from typing import Final

ATSPI: Final = "org.a11y.atspi."
REGISTRY: Final = "org.a11y.atspi.Registry"
ROOT: Final = "/org/a11y/atspi/accessible/root"
NOBODY: Final = "/org/a11y/atspi/null"

COMBO_BOX: Final = 11
LABEL: Final = 29
LIST: Final = 31
MENU: Final = 33
MENU_ITEM: Final = 35
PASSWORD_TEXT: Final = 40
SPIN_BUTTON: Final = 52
TERMINAL: Final = 60
TEXT: Final = 61
TOGGLE_BUTTON: Final = 62
ENTRY: Final = 79

ROLES: Final = {
    5: "calendar", 7: "check box", 8: "check menu item", 10: "column header", 11: "combo box",
    12: "date editor", 13: "icon", 15: "dial", 16: "dialog", 18: "drawing", 19: "file chooser",
    20: "panel", 23: "window",
    26: "icon", 27: "image", 29: "label", 31: "list", 32: "list item", 33: "menu",
    34: "menu bar", 35: "menu item", 37: "tab", 38: "tab list", 39: "panel", 40: "password",
    41: "menu", 42: "progress bar", 43: "button", 44: "radio button", 45: "radio menu item",
    47: "row header", 48: "scroll bar", 49: "scroll pane", 50: "separator", 51: "slider",
    52: "spin button", 54: "status bar", 55: "table", 56: "cell", 57: "column header",
    58: "row header", 59: "menu item", 60: "terminal", 61: "text", 62: "toggle button",
    63: "tool bar", 64: "tool tip", 65: "tree", 66: "tree table", 69: "window", 73: "paragraph",
    76: "text", 79: "text", 82: "document", 83: "heading", 85: "section", 87: "form", 88: "link",
    90: "row", 91: "tree item", 92: "document", 93: "document", 94: "document", 95: "document",
    96: "document", 98: "list", 99: "group", 101: "notification", 102: "info bar",
    116: "static text", 129: "menu button",
}  # fmt: skip

CLEAR_ROLES: Final = frozenset({
    5, 7, 8, 10, 11, 12, 13, 15, 26, 31, 32, 33, 34, 35, 37, 38, 41, 43, 44, 45, 48, 51, 52, 55, 56,
    57, 58, 59, 61, 62, 63, 65, 66, 76, 79, 88, 90, 91, 98, 129,
})  # fmt: skip
"""What may have the keyboard and is no place for a secret, if it is really shown."""

MENU_ROLES: Final = frozenset({8, 33, 34, 35, 41, 45, 59})
"""These claim the keyboard while the pointer is over them, although a field still has it."""

IN_POPUPS: Final = MENU_ROLES | {32, 56, 90, 91}
"""Menus, and what dropdown lists are made of."""

OPENERS: Final = frozenset({COMBO_BOX, MENU, MENU_ITEM, TOGGLE_BUTTON, 129})
"""A click on one of these opens a popup."""

FILLERS: Final = frozenset({20, 39})
"""What only holds other things."""

ROWS: Final = frozenset({32, 56, 90, 91})
"""What lists and tables are made of."""

TYPED_ROLES: Final = frozenset({12, PASSWORD_TEXT, SPIN_BUTTON, TEXT, 76, ENTRY})
"""Fields that take text: their name is their label, never what is in them."""

CONTENT_ROLES: Final = frozenset({TERMINAL, 73, 82, 85, 92, 93, 94, 95, 96, 105, 109, 116})
"""What a name of these says is content."""

LEAVES: Final = frozenset({31, 33, 34, 41, 55, 65, 66}) | {COMBO_BOX, TERMINAL}
"""A look for fields does not go into these: long, or without fields."""

POPUPS: Final = frozenset({41, 64, 69})
"""Windows that lie on top of others."""

ACTIVE: Final = 1
DEFUNCT: Final = 6
EDITABLE: Final = 7
FOCUSABLE: Final = 11
FOCUSED: Final = 12
SHOWING: Final = 25
STATES: Final = {
    1: "active", 4: "checked", 7: "editable", 8: "enabled", 9: "expandable", 10: "expanded",
    12: "focused", 17: "multi-line", 20: "pressed", 23: "selected", 33: "required", 43: "read-only",
}  # fmt: skip
LABELLED_BY: Final = 2
