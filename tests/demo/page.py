"""A local web page that writes down what it is given and paints how often it was clicked."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from typing import Any

ROWS = "".join(
    f"<tr><td>{1000 + i}</td><td>Vendor {chr(65 + i % 26)}{i}</td>"
    f"<td>{i * 7919 % 9973 / 7:.2f}</td><td><a href='#r{i}'>details</a></td></tr>"
    for i in range(120)
)
PAGE = f"""<!doctype html><meta charset=utf-8><title>Accounts Portal</title><style>
body {{ font: 15px 'DejaVu Sans', sans-serif; margin: 0; color: #223; caret-color: transparent }}
canvas {{ position: fixed; left: 0; top: 0; z-index: 2 }}
header {{ position: fixed; top: 0; left: 0; right: 0; height: 24vh; background: #134; z-index: 1 }}
#q {{ position: fixed; left: 10vw; top: 6vh; width: 38vw; height: 12vh; font: inherit }}
#b {{ position: fixed; left: 54vw; top: 6vh; width: 20vw; height: 12vh; font: inherit }}
main {{ padding: 26vh 24px 24px; user-select: text }}
table {{ border-collapse: collapse; width: 100% }}
td {{ border-bottom: 1px solid #dde; padding: 5px 8px }}
tr:hover {{ background: #f3f6ff }}
</style><canvas id=c width=144 height=8></canvas>
<header><input id=q autocomplete=off spellcheck=false><button id=b>Save</button></header>
<main><h2>Open orders</h2><table>{ROWS}</table></main><script>
const pen = c.getContext('2d'); let count = 0, queue = Promise.resolve();
function tell(what) {{
  const body = JSON.stringify(what);
  queue = queue.then(() => fetch('/log', {{ method: 'POST', body }})).catch(() => 0);
}}
function paint() {{
  pen.fillStyle = '#ff00b7'; pen.fillRect(0, 0, 8, 8);
  pen.fillStyle = '#00ffb7'; pen.fillRect(136, 0, 8, 8);
  for (let i = 0; i < 16; i++) {{
    pen.fillStyle = count >> i & 1 ? '#fff' : '#000'; pen.fillRect(8 + 8 * i, 0, 8, 8);
  }}
}}
addEventListener('mousedown', e => {{
  if (e.button == 0) count++;
  paint(); tell({{ what: 'button', button: e.button, trusted: e.isTrusted }});
}}, true);
for (const name of ['keydown', 'keyup'])
  addEventListener(name, e => tell({{ what: name, key: e.key, trusted: e.isTrusted }}), true);
addEventListener('wheel', e => tell({{ what: 'wheel', up: e.deltaY < 0 }}), {{ passive: true }});
const measure = () => tell({{ what: 'size', w: innerWidth, h: innerHeight }});
addEventListener('resize', measure);
paint(); measure(); tell({{ what: 'ready' }});
</script>"""


class Page:
    """Serves the page on a loopback port; ``events`` is what the page says it was given."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        events = self.events

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = PAGE.encode() if self.path == "/" else b""
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                size = min(int(self.headers.get("Content-Length", 0)), 4096)
                events.append(json.loads(self.rfile.read(size)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        return f"http://localhost:{self._server.server_port}/"

    @property
    def port(self) -> int:
        return self._server.server_port

    def size(self) -> tuple[int, int] | None:
        """Return the page's width and height, as it last told them."""
        told = [event for event in self.events if event["what"] == "size"]
        return (told[-1]["w"], told[-1]["h"]) if told else None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def count(self, what: str) -> int:
        return sum(event["what"] == what for event in self.events)
