#!/usr/bin/python3
"""A Tk form with a password field: Tk says nothing to accessibility."""

from __future__ import annotations

import json
import sys
import tkinter as tk

root = tk.Tk(className="TkForm")
root.title("Tk sample form")
x, y = sys.argv[1].split(",")
root.geometry(f"320x140+{x}+{y}")
for row, (name, sign) in enumerate((("User name", ""), ("Password", "*"))):
    tk.Label(root, text=name).grid(row=row, column=0)
    entry = tk.Entry(root, show=sign)
    entry.grid(row=row, column=1)
    entry.focus_set()
print(json.dumps({"event": "ready"}), flush=True)
root.mainloop()
