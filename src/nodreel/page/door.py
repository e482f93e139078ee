"""The door to the pages: a file that only its owner can read and that leads a browser in.

The key to the pages stands in it; on a command line every user of the machine could read it.
"""

from __future__ import annotations

import html
import shutil
from typing import TYPE_CHECKING, Final

from nodreel.errors import StoreError
from nodreel.host.apart import start_apart
from nodreel.host.files import read_private, remove, replace_private

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths

FIRST: Final = ("", "review", "recorded", "explain", "consent", "receipts", "trial")
"""Pages that a browser can be led to first."""
_OPENERS: Final = ("xdg-open", "sensible-browser")


def door(paths: Paths) -> Path:
    """Return where the file lies while the pages are there."""
    return paths.runtime / "open-nodreel.html"


def write_door(paths: Paths, address: str) -> None:
    """Have the door lead to ``address``."""
    write_page(door(paths), address)


def write_page(file: Path, address: str) -> None:
    """Write a page that only its owner can read and that leads a browser to ``address``."""
    where = html.escape(address)
    text = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>nodreel</title>\n'
        f'<meta http-equiv="refresh" content="0; url={where}"></head>\n'
        f'<body><p><a href="{where}">Open nodreel</a></p></body></html>\n'
    )
    replace_private(file, text.encode())


def want_first(paths: Paths, page: str) -> None:
    """Note which page the next browser that comes in is to see."""
    replace_private(paths.runtime / "page.first", page.encode("ascii"))


def take_first(paths: Paths) -> str:
    """Return where that browser is led, once; the first page if nothing sensible was noted."""
    try:
        noted = read_private(paths.runtime / "page.first", limit=32).decode("ascii")
        remove(paths.runtime / "page.first")
    except (FileNotFoundError, StoreError, UnicodeDecodeError):
        return "/"
    return f"/{noted}" if noted in FIRST else "/"


def open_browser(file: Path) -> None:
    """Show a file in the person's browser; raises StoreError when none can be started."""
    advice = f"Open this file in your browser yourself: {file}"
    opener = next(filter(None, map(shutil.which, _OPENERS)), None)
    if opener is None:
        raise StoreError("No browser could be found.", advice=advice)
    start_apart(opener, file.as_uri())
