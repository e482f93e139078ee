#!/usr/bin/python3
"""A GTK 3 form: menu bar, text, password with a show toggle, combo box, buttons, a list.

Prints one JSON line for everything that really happens, and where each control lies on the desktop.
The button "Hang" stops it for two seconds.
"""

from __future__ import annotations

import json
import sys
import time

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402

KINDS = ("Invoice", "Credit note", "Reminder")
ITEMS = ("Open", "Save", "Export as CSV")


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def box(widget: Gtk.Widget) -> list[int]:
    """Where the widget lies on the desktop, physical pixels."""
    window = widget.get_window()
    _, x, y = window.get_origin()
    own = widget.get_allocation()
    if not widget.get_has_window() or isinstance(widget, Gtk.MenuItem):
        x, y = x + own.x, y + own.y
    k = widget.get_scale_factor()
    return [x * k, y * k, own.width * k, own.height * k]


class Form(Gtk.Window):
    """The only window; ``controls`` are what a test may click."""

    def __init__(self) -> None:
        super().__init__(title="GTK sample form")
        self.set_default_size(460, 420)
        self.controls: dict[str, Gtk.Widget] = {}
        self.told: dict[str, list[int]] = {}
        column = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, border_width=8)
        self.add(column)
        column.pack_start(self._bar(), False, False, 0)
        self.grid = Gtk.Grid(column_spacing=6, row_spacing=6)
        column.pack_start(self.grid, False, False, 0)
        for row, name in enumerate(("User name", "Password", "Note")):
            self.controls[name] = self._entry(row, name)
        self.controls["Password"].set_visibility(False)
        self._toggle("Show password", 3, self._reveal)
        self._toggle("Show password anew", 4, self._rebuild)
        self._combo()
        row = Gtk.Box(spacing=6)
        column.pack_start(row, False, False, 0)
        for name in ("Submit", "Move down", "Open dialog", "Hang"):
            self._button(row, name)
        self._list(column)
        self.connect("destroy", Gtk.main_quit)

    def _bar(self) -> Gtk.MenuBar:
        bar, self.menu = Gtk.MenuBar(), Gtk.Menu()
        head = Gtk.MenuItem(label="File")
        head.set_submenu(self.menu)
        bar.append(head)
        self.controls["File"] = head
        for name in ITEMS:
            self._item(self.menu, name)
        deeper = Gtk.MenuItem(label="Recent")
        inner = Gtk.Menu()
        deeper.set_submenu(inner)
        self.menu.append(deeper)
        self.controls["Recent"] = deeper
        self._item(inner, "Notes")
        return bar

    def _item(self, menu: Gtk.Menu, name: str) -> None:
        item = Gtk.MenuItem(label=name)
        item.connect("activate", lambda *_: say(event="menu", name=name))
        menu.append(item)
        self.controls[name] = item

    def _entry(self, row: int, name: str) -> Gtk.Entry:
        entry, label = Gtk.Entry(hexpand=True), Gtk.Label(label=name, xalign=0)
        label.set_mnemonic_widget(entry)
        entry.connect("changed", self._changed, name)
        entry.connect("focus-in-event", lambda *_: say(event="focus", name=name))
        for old in (self.grid.get_child_at(0, row), self.grid.get_child_at(1, row)):
            if old:
                self.grid.remove(old)
        self.grid.attach(label, 0, row, 1, 1)
        self.grid.attach(entry, 1, row, 1, 1)
        self.grid.show_all()
        return entry

    def _changed(self, entry: Gtk.Entry, name: str) -> None:
        text = entry.get_text()
        say(event="changed", name=name, length=len(text), t=time.monotonic_ns())
        if name == "Note":
            say(event="note", text=text)

    def _reveal(self, on: bool) -> None:
        self.controls["Password"].set_visibility(on)

    def _rebuild(self, _on: bool) -> None:
        """Show the password in a new field in the same place, as some programs do."""
        self.controls["Password"] = self._entry(1, "Password")
        self.controls["Password"].grab_focus()

    def _toggle(self, name: str, row: int, act: object) -> None:
        toggle = Gtk.CheckButton(label=name)
        toggle.connect("toggled", lambda w: act(w.get_active()))
        self.grid.attach(toggle, 1, row, 1, 1)
        self.controls[name] = toggle

    def _combo(self) -> None:
        combo = Gtk.ComboBoxText()
        for name in KINDS:
            combo.append_text(name)
        combo.set_active(0)
        combo.connect("changed", lambda w: say(event="combo", name=w.get_active_text()))
        label = Gtk.Label(label="Kind", xalign=0, mnemonic_widget=combo)
        self.grid.attach(label, 0, 5, 1, 1)
        self.grid.attach(combo, 1, 5, 1, 1)
        self.controls["Kind"] = combo

    def _button(self, row: Gtk.Box, name: str) -> None:
        button = Gtk.Button(label=name)
        button.connect("clicked", self._clicked, name)
        button.connect("focus-in-event", lambda *_: say(event="focus", name=name))
        row.pack_start(button, True, True, 0)
        self.controls[name] = button

    def _clicked(self, _button: Gtk.Button, name: str) -> None:
        say(event="button", name=name)
        if name == "Hang":
            time.sleep(2)
        elif name == "Move down":
            gap = Gtk.Label(label=" ", height_request=60)
            self.grid.insert_row(0)
            self.grid.attach(gap, 0, 0, 1, 1)
            self.grid.show_all()
        elif name == "Open dialog":
            dialog = Gtk.Dialog(title="Sign in", transient_for=self)
            entry = Gtk.Entry(visibility=False)
            dialog.get_content_area().add(entry)
            dialog.show_all()

    def _list(self, column: Gtk.Box) -> None:
        rows = Gtk.ListBox()
        for name in ("First row", "Second row"):
            rows.add(Gtk.Label(label=name))
        column.pack_start(rows, False, False, 0)
        for number, name in enumerate(("First row", "Second row")):
            self.controls[name] = rows.get_row_at_index(number)


def tell(form: Form) -> bool:
    """Print where everything is now, if that is news."""
    boxes = {n: box(w) for n, w in form.controls.items() if w.get_mapped()}
    for menu in Gtk.Menu.get_for_attach_widget(form.controls["Kind"]):
        if menu.get_mapped():
            boxes |= dict(zip(KINDS, map(box, menu.get_children()), strict=False))
    if boxes != form.told:
        say(event="boxes", boxes=boxes)
    form.told = boxes
    return True


if __name__ == "__main__":
    GLib.set_prgname("gtk-form")
    shown = Form()
    shown.move(*(int(n) for n in sys.argv[1].split(",")))
    shown.show_all()
    GLib.timeout_add(50, tell, shown)
    Gtk.main()
