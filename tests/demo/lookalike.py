"""A program that claims to be mousepad in all it can: title, class, pid property. It is not.

Prints what it is given, one JSON object per line. Run with Debian's python3 (tkinter).
"""

from __future__ import annotations

import json
import tkinter as tk

COLOUR = "#c7f105"  # nothing else on the test desktop has it


def tell(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    window = tk.Tk(className="Mousepad")
    window.title("notes.txt - Mousepad")
    window.geometry("600x300")
    window.configure(background=COLOUR)
    label = tk.Label(window, background=COLOUR, foreground="black", font=("DejaVu Sans", 14))
    label.pack(expand=True)
    typed: list[str] = []

    def key(event: tk.Event[tk.Misc]) -> None:
        typed.append(event.char)
        label.configure(text="".join(typed)[-40:])
        tell(what="keydown", key=event.keysym)

    window.bind("<KeyPress>", key)
    window.bind("<KeyRelease>", lambda event: tell(what="keyup", key=event.keysym))
    for button in range(1, 6):
        window.bind(
            f"<ButtonPress-{button}>",
            lambda event: tell(what="button" if event.num <= 3 else "wheel", button=event.num),
        )
    window.after(200, lambda: tell(what="ready"))
    window.mainloop()


if __name__ == "__main__":
    main()
