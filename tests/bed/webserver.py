"""Serves the pages of ``tests/bed/site`` on loopback; by name and by number: two origins."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

SITE = Path(__file__).with_name("site")


class WebServer:
    """``with WebServer() as web: web.ours("login.html")``."""

    served = 0  # requests answered

    def __init__(self) -> None:
        server = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 0.5  # seconds: browsers open connections that they then do not use

            def do_GET(self) -> None:
                server.served += 1
                path = urlsplit(self.path).path
                if path.startswith("/to/"):  # redirects, within this origin or to the other one
                    self.send_response(302)
                    self.send_header("Location", path.removeprefix("/to/").replace("~", "://", 1))
                    self.end_headers()
                    return
                name = "spa.html" if path.startswith("/spa/") else path.lstrip("/") or "index.html"
                file = SITE / name
                found = file.is_file() and file.parent == SITE
                body = file.read_bytes() if found else b"<title>none</title>"
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_port

    def ours(self, page: str = "") -> str:
        """Return the address of a page of the designated site."""
        return f"http://localhost:{self.port}/{page}"

    def theirs(self, page: str = "") -> str:
        """Return the address of the same page, of a site that is not designated."""
        return f"http://127.0.0.1:{self.port}/{page}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
