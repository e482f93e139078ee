"""The server of the pages: on the loopback, for one person, as long as somebody looks at them."""

from __future__ import annotations

import logging
import secrets
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qsl, urlsplit

from nodreel.errors import NodreelError
from nodreel.events import Nanos
from nodreel.host.files import user_id
from nodreel.host.loopback import owner_of
from nodreel.page.doors import ENTER, HEADERS, HOST, SCRIPTS, Asked, Doors
from nodreel.page.look import entered_page, error_page
from nodreel.page.reply import Reply, Wanted
from nodreel.page.style import STYLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.clock import Clock

log = logging.getLogger(__name__)

LONGEST_BODY: Final = 64 * 1024
_LONGEST_FIELDS: Final = 400
_PATIENCE_S: Final = 10.0


class PageServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of 127.0.0.1. ``get`` and ``post`` answer; see ``Doors`` for who asks.

    ``enter`` is the address that lets one browser in, once; ``let_in`` is called when it was used,
    and ``first`` says which page it leads to. With ``scripts`` pages may run this server's scripts.
    """

    daemon_threads = True
    allow_reuse_address = False
    request_queue_size = 16

    def __init__(
        self, clock: Clock, get: Callable[[Wanted], Reply], post: Callable[[Wanted], Reply],
        *, scripts: bool = False,
    ) -> None:  # fmt: skip
        super().__init__((HOST, 0), _Handler)
        self.clock, self.get, self.post = clock, get, post
        policy = "Content-Security-Policy"
        self.headers = HEADERS | ({policy: HEADERS[policy] + SCRIPTS} if scripts else {})
        self.doors = Doors(self.server_address[1], secrets.token_urlsafe(), secrets.token_urlsafe())
        self.let_in: Callable[[], None] = lambda: None
        self.first: Callable[[], str] = lambda: "/"
        self.asked_at = clock.mono()
        self._key = secrets.token_urlsafe()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.2,), name="page")
        self._uid = user_id()
        self._lock = threading.Lock()

    @property
    def enter(self) -> str:
        """The address that lets a browser in; another one as soon as it was used."""
        return f"{self.doors.origin}{ENTER}?key={self._key}"

    def take_key(self, key: str) -> bool:
        """Whether this key lets in; it does so once."""
        with self._lock:
            if not secrets.compare_digest(key.encode(), self._key.encode()):
                return False
            self._key = secrets.token_urlsafe()
        self.let_in()
        return True

    def idle(self) -> Nanos:
        """Return for how long nobody has asked for anything."""
        return Nanos(self.clock.mono() - self.asked_at)

    def verify_request(self, request: object, client_address: tuple[str, int]) -> bool:
        """Let in only connections of this very user; others on this machine reach the port, too."""
        del request
        return owner_of(client_address[1], self.doors.port) == self._uid

    def handle_error(self, request: object, client_address: object) -> None:
        """Note that an answer failed, and nothing of what was asked."""
        del request, client_address
        log.warning("page: an answer failed")

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Answer no more."""
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: PageServer
    timeout = _PATIENCE_S
    server_version, sys_version = "nodreel", ""

    def do_GET(self) -> None:
        self._answer(self._reply())

    def do_POST(self) -> None:
        self._answer(self._reply())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        """Log nothing: addresses hold keys, and what people look at is their own business."""

    def _reply(self) -> Reply:
        split = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        refused = self.server.doors.refusal(Asked(self.command, split.path, headers))
        if refused is not None:
            return error_page(403, refused)
        self.server.asked_at = self.server.clock.mono()
        parts = tuple(part for part in split.path.split("/") if part)
        try:
            fields = _fields(split.query if self.command == "GET" else self._body())
            return self._of(parts, fields)
        except ValueError:
            return error_page(400, "That makes no sense to these pages.")
        except NodreelError as error:
            return error_page(409, str(error), error.advice)

    def _of(self, parts: tuple[str, ...], fields: dict[str, str]) -> Reply:
        server, form = self.server, self.server.doors.form
        if self.command == "POST":
            if not server.doors.may_post(fields.pop("form", "")):
                return error_page(403, "The form is of an earlier time.")
            return server.post(Wanted(parts, fields, form))
        if parts == ("enter",):
            if not server.take_key(fields.get("key", "")):
                return error_page(403, "This address has been used before, or never was one.")
            return Reply(entered_page(server.first()))
        if parts == ("style.css",):
            return Reply(STYLE.encode(), "text/css; charset=utf-8")
        return server.get(Wanted(parts, fields, form))

    def _body(self) -> str:
        length = int(self.headers.get("content-length", ""))
        if not 0 <= length <= LONGEST_BODY:
            raise ValueError
        return self.rfile.read(length).decode("utf-8")

    def _answer(self, reply: Reply) -> None:
        self.close_connection = True
        self.send_response(303 if reply.go else reply.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        if reply.go:
            self.send_header("Location", reply.go)
        if self.path.startswith(ENTER) and reply.status == 200:  # noqa: PLR2004
            doors = self.server.doors
            cookie = f"{doors.cookie}={doors.session}; HttpOnly; SameSite=Strict; Path=/"
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Type", reply.kind)
        if reply.name is not None:
            self.send_header("Content-Disposition", f'attachment; filename="{reply.name}"')
        if reply.stream is None:
            self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)
        for piece in reply.stream or ():
            self.wfile.write(piece)


def _fields(text: str) -> dict[str, str]:
    return dict(
        parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text),
                  encoding="utf-8", errors="strict", max_num_fields=_LONGEST_FIELDS)
    )  # fmt: skip
