"""The websites of the campaign: a designated one, a foreign one and one for mail, all on loopback.

Pages are made when they are needed and say what is typed into them; each shows an anchor in its top
left corner, so that the places of all its parts on the desktop are known without asking it.
"""

from __future__ import annotations

import json
import struct
import threading
import zlib
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.canary.corpus import Canary, Patch

ANCHOR = 12  # edge of the square in the corner, pixels
ROW, LEFT, WIDTH, HEIGHT = 44, 40, 340, 28  # where fields stand

HEAD = """<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>
<link rel=icon href="/icon/{icon}.png"><style>
body{{margin:0;font:17px 'DejaVu Sans',sans-serif;background:#fff}}
#anchor{{position:fixed;left:0;top:0;width:12px;height:12px;background:{anchor}}}
input,select,button{{position:absolute;left:40px;width:340px;height:28px;border:0;margin:0;
padding:0;
font:16px 'DejaVu Sans';background:#eee}}
iframe{{position:absolute;left:40px;width:500px;border:0}}
p{{margin:4px 24px}}.patch{{height:24px;margin:4px 24px}}
</style><div id=anchor></div><script>
function say(what){{fetch('/say',{{method:'POST',body:JSON.stringify(what),keepalive:true}})}}
addEventListener('load',()=>say({{ready:location.pathname}}))
</script>"""
FIELD = """<input id={name} name={name} style="top:{top}px" {how} spellcheck=false
oninput="say({{field:this.id,text:this.value}});
this.style.background=this.value?'{colour}':'#eee'">"""


class Site:
    """``with Site() as site: site.put("/a.html", ...); site.ours("a.html")``."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.redirects: dict[str, str] = {}
        self.said: list[dict[str, Any]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path in site.redirects:
                    self.send_response(302)
                    self.send_header("Location", site.redirects[path])
                    self.end_headers()
                    return
                icon = path.startswith("/icon/")
                body = png(path[6:12]) if icon else site.pages.get(path, "").encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "image/png" if icon else "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                size = min(int(self.headers.get("Content-Length", 0)), 4096)
                site.said.append(json.loads(self.rfile.read(size)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return self._server.server_port

    def ours(self, page: str = "") -> str:
        """Return the address of a page of the designated site."""
        return f"http://localhost:{self.port}/{page}"

    def theirs(self, page: str = "") -> str:
        """Return the address of a page of a site that is not designated."""
        return f"http://127.0.0.1:{self.port}/{page}"

    def mail(self, page: str = "") -> str:
        """Return the address of a page of the designated site that is for mail."""
        return f"http://mail.localhost:{self.port}/{page}"

    def put(self, path: str, anchor: Patch, body: str, title: str = "Work", icon: str = "") -> None:
        """Make a page; the icon is a colour, ``rrggbb``."""
        head = HEAD.format(title=escape(title), icon=icon or "808080", anchor=anchor.css)
        self.pages[path] = head + body

    def heard(self, **what: Any) -> bool:
        """Whether some page said all of this."""
        return any(what.items() <= one.items() for one in list(self.said))


def field(name: str, row: int, how: str = "", colour: str = "#eee") -> str:
    """Return an input that takes on a colour as long as it holds something."""
    return FIELD.format(name=name, top=place(row), how=how, colour=colour)


def place(row: int) -> int:
    """Return the top of what stands in that row, pixels below the page's top."""
    return 24 + ROW * row


def shown(lines: Iterable[Canary], patches: Sequence[Patch]) -> str:
    """Return paragraphs with strings and stripes of colours."""
    stripes = "".join(f'<div class=patch style="background:{p.css}"></div>' for p in patches)
    return stripes + "".join(f"<p>{escape(line.text)}</p>" for line in lines)


def png(rgb: str) -> bytes:
    """Return a picture of 16 by 16 pixels in one colour, as an icon."""
    line = b"\0" + bytes.fromhex(rgb) * 16
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(line * 16)),
        (b"IEND", b""),
    )
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
