"""A designated GTK 3 program: menu, clear and secret entries, dropdown, long text, button.

Run with Debian's python3 (gi). A secret entry that holds text takes on the colour it was told.
"""

from __future__ import annotations

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402
from puppet import Strings, tell  # noqa: E402

ROWS = [f"{n}\n" for n in range(200)]  # little of it: what can be read is read by a slow reader


class Desk(Gtk.Window):
    def __init__(self) -> None:
        super().__init__(title="GTK desk")
        self.set_default_size(700, 640)
        self.patches: dict[str, str] = {}
        self.css = Gtk.CssProvider()
        screen = Gdk.Screen.get_default()
        Gtk.StyleContext.add_provider_for_screen(screen, self.css, 900)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.add(box)
        box.pack_start(self.make_menu(), False, False, 0)
        grid = Gtk.Grid(column_spacing=6, row_spacing=8)
        box.pack_start(grid, False, False, 0)
        self.parts: dict[str, Gtk.Widget] = {}
        for row, (name, label) in enumerate(
            (("note", "Note"), ("secret", "Password"), ("again", "Repeat it"))
        ):
            entry = Gtk.Entry(name=name, hexpand=True)
            text = Gtk.Label(label=label, xalign=0)
            text.set_mnemonic_widget(entry)
            entry.connect("changed", self.changed, name)
            grid.attach(text, 0, row, 1, 1)
            grid.attach(entry, 1, row, 1, 1)
            self.parts[name] = entry
        for name in ("secret", "again"):
            self.parts[name].set_visibility(False)
            self.parts[name].set_input_purpose(Gtk.InputPurpose.PASSWORD)
        show = Gtk.CheckButton(label="Show password")
        show.connect("toggled", lambda it: self.parts["secret"].set_visibility(it.get_active()))
        combo = Gtk.ComboBoxText()
        for text in ("Invoice", "Credit note", "Reminder"):
            combo.append_text(text)
        combo.set_active(0)
        button = Gtk.Button(label="Submit")
        button.connect("clicked", lambda _: tell(ev="click", name="Submit"))
        for row, (name, part) in enumerate(
            (("show", show), ("combo", combo), ("button", button)), 3
        ):
            grid.attach(part, 1, row, 1, 1)
            self.parts[name] = part
        scroll = Gtk.ScrolledWindow(vexpand=True)
        view = Gtk.TextView()
        view.get_buffer().set_text("\n".join(ROWS))
        scroll.add(view)
        box.pack_start(scroll, True, True, 0)
        self.parts["text"] = scroll
        self.connect("destroy", Gtk.main_quit)

    def make_menu(self) -> Gtk.MenuBar:
        bar, item, menu = Gtk.MenuBar(), Gtk.MenuItem(label="File"), Gtk.Menu()
        item.set_submenu(menu)
        bar.append(item)
        for label in ("Open", "Save", "Export as CSV"):
            entry = Gtk.MenuItem(label=label)
            entry.connect("activate", lambda it: tell(ev="menu", name=it.get_label()))
            menu.append(entry)
        self.menu = item
        return bar

    def changed(self, entry: Gtk.Entry, name: str) -> None:
        tell(ev="changed", field=name, text=entry.get_text())
        self.colour()

    def colour(self) -> None:
        rules = [
            f"#{name} {{ background: {css}; }}"
            for name, css in self.patches.items()
            if name == "menu" or self.parts[name].get_text()
        ]
        text = "".join(rules).replace("#menu", "menu, combobox window menu")
        self.css.load_from_data(text.encode())

    # ---------------------------------------------------------------------------------- orders

    def where(self, name: str) -> list[int]:
        part = self.menu if name == "menu" else self.parts[name]
        x, y = part.translate_coordinates(self, 0, 0)
        _, left, top = self.get_window().get_origin()
        area = part.get_allocation()
        return [left + x, top + y, area.width, area.height]

    def patch(self, name: str, css: str) -> None:
        self.patches[name] = css
        self.colour()

    def clear(self, name: str) -> None:
        self.parts[name].set_text("")

    def text(self, name: str) -> str:
        return str(self.parts[name].get_text())

    def name(self, name: str) -> None:
        self.set_title(name)

    def label(self, text: str) -> None:
        self.parts["button"].set_label(text)

    def quit(self) -> None:
        GLib.idle_add(Gtk.main_quit)


def main() -> None:
    GLib.set_prgname("gtk-desk")
    desk = Desk()
    orders = ("where", "patch", "clear", "text", "name", "label", "quit")
    strings = Strings({order: getattr(desk, order) for order in orders})
    GLib.io_add_watch(strings.fd, GLib.IO_IN, lambda *_: strings.pull() or True)
    desk.show_all()
    tell(ev="ready")
    Gtk.main()


if __name__ == "__main__":
    main()
