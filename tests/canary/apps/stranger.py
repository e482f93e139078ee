"""A program that nobody designated: windows and popups that show strings and colours.

Run with Debian's python3 (gi). It also owns the clipboard, and has an entry to type into.
"""

from __future__ import annotations

import itertools
import random

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402
from puppet import Strings, tell  # noqa: E402


class Stranger:
    def __init__(self) -> None:
        self.shown: dict[str, Gtk.Window] = {}
        self.entries: dict[str, Gtk.Entry] = {}

    def window(
        self, name: str, title: str, *, area: list[int], lines: list[str], colours: list[str],
        popup: bool = False,
    ) -> None:  # fmt: skip
        """Show strings in large letters and stripes of colours at a place of the desktop."""
        kind = Gtk.WindowType.POPUP if popup else Gtk.WindowType.TOPLEVEL
        made = Gtk.Window(type=kind, title=title)
        x, y, width, height = area
        made.set_default_size(width, height)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        made.add(box)
        if not popup:
            entry = Gtk.Entry()
            entry.connect("changed", lambda it: tell(ev="changed", field=name, text=it.get_text()))
            box.pack_start(entry, False, False, 0)
            self.entries[name] = entry
        for css in colours:
            stripe = Gtk.EventBox(vexpand=True)
            stripe.set_size_request(10, 12)
            paint = Gtk.CssProvider()
            paint.load_from_data(f"* {{ background: {css}; }}".encode())
            stripe.get_style_context().add_provider(paint, 900)
            box.pack_start(stripe, True, True, 0)
        for line in lines:
            label = Gtk.Label(xalign=0)
            label.set_markup(f'<span font="DejaVu Sans 14">{line}</span>')
            box.pack_start(label, False, False, 0)
        made.move(x, y)
        made.show_all()
        made.move(x, y)
        self.shown[name] = made

    def move(self, name: str, x: int, y: int) -> None:
        self.shown[name].move(x, y)

    def storm(self, area: list[int], steps: int) -> None:
        """Fifty times a second let one of the windows move, hide, minimise or change its place."""
        chance, count = random.Random(steps), itertools.count(1)
        for shown in self.shown.values():
            shown.set_accept_focus(False)
            shown.set_focus_on_map(False)

        def step() -> bool:
            if next(count) > steps:
                for shown in self.shown.values():
                    shown.deiconify()
                    shown.show()
                    shown.get_window().raise_()
                tell(ev="calm")
                return False
            shown, (x, y, w, h) = chance.choice([*self.shown.values()]), area
            match chance.randrange(6):
                case 0:
                    shown.hide() if shown.get_visible() else shown.show()
                case 1:
                    shown.get_window().raise_()
                case 2:
                    shown.get_window().lower()
                case 3 if shown.get_window_type() is Gtk.WindowType.TOPLEVEL:
                    minimised = shown.get_window().get_state() & Gdk.WindowState.ICONIFIED
                    shown.deiconify() if minimised else shown.iconify()
                case _:
                    shown.move(x + chance.randrange(w), y + chance.randrange(h))
            return True

        GLib.timeout_add(20, step)

    def close(self, name: str) -> None:
        self.entries.pop(name, None)
        self.shown.pop(name).destroy()

    def name(self, name: str, title: str) -> None:
        self.shown[name].set_title(title)

    def where(self, name: str) -> list[int]:
        part = self.entries[name]
        window = self.shown[name]
        x, y = part.translate_coordinates(window, 0, 0)
        _, left, top = window.get_window().get_origin()
        area = part.get_allocation()
        return [left + x, top + y, area.width, area.height]

    def text(self, name: str) -> str:
        return str(self.entries[name].get_text())

    def clear(self, name: str) -> None:
        self.entries[name].set_text("")

    def clipboard(self, text: str) -> None:
        """Be the owner of the clipboard and of the primary selection."""
        for atom in (Gdk.SELECTION_CLIPBOARD, Gdk.SELECTION_PRIMARY):
            Gtk.Clipboard.get(atom).set_text(text, -1)

    def quit(self) -> None:
        GLib.idle_add(Gtk.main_quit)


def main() -> None:
    GLib.set_prgname("stranger")
    stranger = Stranger()
    orders = (
        "window",
        "move",
        "close",
        "name",
        "where",
        "text",
        "clear",
        "clipboard",
        "storm",
        "quit",
    )
    strings = Strings({order: getattr(stranger, order) for order in orders})
    GLib.io_add_watch(strings.fd, GLib.IO_IN, lambda *_: strings.pull() or True)
    tell(ev="ready")
    Gtk.main()


if __name__ == "__main__":
    main()
