"""The page that is read: text, cards with gradients and charts, a long table; on loopback."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

TEXT = (
    "The quarterly invoice run closes on Friday; please check the vendor table, approve the three "
    "open requests and write back to accounting. Purchase order 4711-B was split across two cost "
    "centres, so the totals below differ from the ledger by 1,204.50 until it is booked."
)
ROWS = "".join(
    f"<tr><td>{1000 + i}</td><td>Vendor {chr(65 + i % 26)}{i}</td>"
    f"<td>{i * 7919 % 9973 / 7:.2f}</td>"
    f"<td><span class='tag t{i % 4}'>{('open', 'paid', 'late', 'hold')[i % 4]}</span></td>"
    f"<td><a href='#r{i}'>details</a></td></tr>"
    for i in range(120)
)
BARS = [
    "".join(
        f"<rect x={j * 12} y={80 - (j * 37 + i * 53) % 70} width=9 height=80 fill=white"
        " opacity=.7 />"
        for j in range(15)
    )
    for i in range(9)
]
CARDS = "".join(
    f"<div class=card style='background:linear-gradient({30 * i}deg,hsl({i * 47 % 360} 70% 60%),"
    f"hsl({i * 91 % 360} 60% 40%))'><b>Report {i}</b><svg width=180 height=80>{bars}</svg></div>"
    for i, bars in enumerate(BARS)
)
MOVING = """
const film = document.getElementById('film'), spin = document.getElementById('spin');
let turn = 0;
function draw() {
  turn += 1;
  if (!film.hidden) {  // as a film changes: everywhere, softly, 60 times a second
    const c = film.getContext('2d');
    for (let y = 0; y < 180; y += 12) for (let x = 0; x < 320; x += 16) {
      const light = 40 + 20 * Math.sin((x * y + turn) / 40);
      c.fillStyle = `hsl(${(x + y + 2 * turn) % 360} 60% ${light}%)`;
      c.fillRect(x, y, 16, 12);
    }
  }
  if (!spin.hidden) {
    const c = spin.getContext('2d');
    c.clearRect(0, 0, 32, 32); c.lineWidth = 4; c.beginPath();
    c.arc(16, 16, 12, turn / 10, turn / 10 + 4); c.stroke();
  }
  if (!film.hidden || !spin.hidden) requestAnimationFrame(draw);
}
addEventListener('keydown', e => {
  const what = {F8: film, F9: spin}[e.key];
  if (what) { what.hidden = !what.hidden; draw(); }
});
"""
PAGE = f"""<!doctype html><meta charset=utf-8><title>Accounts Portal</title><style>
body{{font:15px 'DejaVu Sans',sans-serif;margin:0;color:#223;caret-color:transparent}}
header{{background:#134;color:#fff;padding:14px 24px}} main{{padding:18px 24px}}
table{{border-collapse:collapse;width:100%}} td{{border-bottom:1px solid #dde;padding:5px 8px}}
.tag{{border-radius:8px;padding:1px 8px;color:#fff}}
.t0{{background:#27a}} .t1{{background:#2a7}} .t2{{background:#c53}} .t3{{background:#888}}
.card{{display:inline-block;margin:8px;padding:12px;border-radius:10px;color:#fff;width:190px;
height:110px}} a:hover{{background:#fe8}} tr:hover{{background:#f3f6ff}}
input,button{{font:inherit;padding:6px 10px}}</style>
<header>Accounts Portal &nbsp; <input id=q placeholder=search size=30>
<button onclick="this.textContent='Saved '+(++window.n||(window.n=1))">Save</button></header>
<canvas id=film width=320 height=180 style="position:fixed;right:8px;bottom:8px" hidden></canvas>
<canvas id=spin width=32 height=32 style="position:fixed;right:8px;top:60px" hidden></canvas>
<script>{MOVING}</script>
<main><h2>Overview</h2><p>{TEXT}</p>{CARDS}<p>{TEXT} {TEXT}</p><table>{ROWS}</table></main>"""


class Page:
    """``with Page() as page``: the page is at ``page.address``."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = PAGE.encode() if self.path == "/" else b""
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.port: int = self._server.server_port
        self.address = f"http://localhost:{self.port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
