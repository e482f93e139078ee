"""A designated Tk program with a clear and a secret entry; nothing can tell which has the keys."""

from __future__ import annotations

import tkinter as tk
from functools import partial

from puppet import Strings, tell


class Desk(tk.Tk):
    def __init__(self) -> None:
        super().__init__(className="TkDesk")
        self.title("Tk desk")
        self.geometry("420x200")
        self.parts: dict[str, tk.Entry] = {}
        self.values: dict[str, tk.StringVar] = {}
        for row, (name, show) in enumerate((("note", ""), ("secret", "*"))):
            tk.Label(self, text=name.title()).grid(row=row, column=0)
            value = tk.StringVar()
            value.trace_add("write", partial(self.changed, name))
            entry = tk.Entry(self, textvariable=value, show=show, width=30, insertofftime=0)
            entry.grid(row=row, column=1)
            self.parts[name], self.values[name] = entry, value

    def changed(self, name: str, *_: object) -> None:
        tell(ev="changed", field=name, text=self.values[name].get())

    def where(self, name: str) -> list[int]:
        part = self.parts[name]
        return [part.winfo_rootx(), part.winfo_rooty(), part.winfo_width(), part.winfo_height()]

    def clear(self, name: str) -> None:
        self.values[name].set("")

    def text(self, name: str) -> str:
        return self.values[name].get()


def main() -> None:
    desk = Desk()
    strings = Strings({
        "where": desk.where, "clear": desk.clear, "text": desk.text,
        "quit": lambda: desk.after(10, desk.destroy),
    })  # fmt: skip
    desk.createfilehandler(strings.fd, tk.READABLE, lambda *_: strings.pull())
    desk.after(200, lambda: tell(ev="ready"))
    desk.mainloop()


if __name__ == "__main__":
    main()
