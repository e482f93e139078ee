"""A little of S3 on the loopback, which answers as told: status codes, silence, broken lines."""

from __future__ import annotations

import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from nodreel.policy import Upload
from nodreel.upload.credentials import Credentials
from nodreel.upload.remote import open_store

if TYPE_CHECKING:
    from nodreel.upload.remote import RemoteStore

KEYS = Credentials(access_key_id="AKTEST", secret_access_key="never-in-a-log")
QUICK = {"max_retries": 0}
ENOUGH = 64 << 20
DATE = "Sat, 28 Nov 2026 08:00:00 GMT"


class FakeS3:
    """``answers``: what the next requests get instead: a status, ``drop``, ...; then as usual."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.answers: list[int | str] = []
        self.seen: list[str] = []
        self.open_ended = 0  # bytes of an answer without end
        self.whole = False  # knows nothing of parts and always gives all
        self._http = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"s3": self})
        )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def open(self, bucket: str = "bucket/pre") -> RemoteStore:
        upload = Upload(to=f"s3://{bucket}", endpoint=self.url, inbox_key="ab" * 32)
        return open_store(upload, KEYS, retry=QUICK)


class _Handler(BaseHTTPRequestHandler):
    s3: FakeS3
    protocol_version = "HTTP/1.0"  # a connection each, so that none is left open

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """Say nothing."""

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self._as_told():
            self.s3.held[self._key()] = data
            self._reply(200, b"")

    def do_GET(self) -> None:
        if not self._as_told():
            return
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            self._reply(200, self._listing(query.get("prefix", [""])[0]))
            return
        data = self.s3.held.get(self._key())
        if data is None:
            self._reply(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        wanted = None if self.s3.whole else self.headers.get("Range")
        if wanted is None:
            self._reply(200, data)
            return
        first, last = wanted.removeprefix("bytes=").split("-")
        part = data[int(first) : int(last) + 1]
        self._reply(206, part, f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        if self._as_told():
            self.s3.held.pop(self._key(), None)
            self._reply(204, b"")

    def do_POST(self) -> None:
        """Delete many at once, which the library does for one, too."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self._as_told():
            bucket = urlsplit(self.path).path.strip("/")
            keys = [part.partition("</Key>")[0] for part in body.split("<Key>")[1:]]
            for key in keys:
                self.s3.held.pop(f"{bucket}/{key}", None)
            gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            self._reply(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).strip("/")

    def _listing(self, prefix: str) -> bytes:
        bucket = self._key()
        found = [
            f"<Contents><Key>{escape(key)}</Key><Size>{len(data)}</Size><ETag>x</ETag>"
            "<LastModified>2026-11-28T08:00:00.000Z</LastModified></Contents>"
            for whole, data in sorted(self.s3.held.items())
            if whole.startswith(f"{bucket}/")
            and (key := whole[len(bucket) + 1 :]).startswith(prefix)
        ]
        return (
            f"<ListBucketResult><Name>{bucket}</Name><Prefix>{prefix}</Prefix>"
            f"<KeyCount>{len(found)}</KeyCount><MaxKeys>1000</MaxKeys>"
            f"<IsTruncated>false</IsTruncated>{''.join(found)}</ListBucketResult>"
        ).encode()

    def _as_told(self) -> bool:
        self.s3.seen.append(f"{self.command} {urlsplit(self.path).path}")
        if not self.s3.answers:
            return True
        answer = self.s3.answers.pop(0)
        if answer == "endless":  # more than the part that was asked for, and no end
            self.wfile.write(
                f'HTTP/1.1 206 Part\r\nLast-Modified: {DATE}\r\nETag: "x"\r\nContent-Range: bytes'
                " 0-999/100000\r\nContent-Length: 1000\r\nTransfer-Encoding: chunked\r\n"
                "Connection: close\r\n\r\n".encode()
            )
            with suppress(OSError):
                while self.s3.open_ended < ENOUGH:
                    self.wfile.write(b"10000\r\n" + bytes(1 << 16) + b"\r\n")
                    self.s3.open_ended += 1 << 16
        elif answer == "more":  # than it says
            self.wfile.write(
                f'HTTP/1.1 200 OK\r\nLast-Modified: {DATE}\r\nETag: "x"\r\nContent-Length: 10\r\n'
                "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                f"7d0\r\n{'x' * 2000}\r\n0\r\n\r\n".encode()
            )
        elif answer == "drop":
            self.close_connection = True
            self.connection.close()
        else:
            self._reply(int(answer), b"<Error><Code>Told</Code></Error>")
        return False

    def _reply(self, status: int, data: bytes, part: str | None = None) -> None:
        self.send_response(status)
        if status in range(300, 400):
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        if part is not None:
            self.send_header("Content-Range", part)
        self.send_header("Last-Modified", DATE)
        self.send_header("ETag", '"x"')
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
