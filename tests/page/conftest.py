"""The pages as they are served, for plain requests and for a real browser."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from nodreel.clock import SystemClock
from nodreel.host import private_dir
from nodreel.page.server import PageServer
from nodreel.page.site import Site
from nodreel.paths import default_paths
from tests.policy.samples import TOML

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.paths import Paths

POLICY = TOML


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str


class Client:
    """Asks like a browser that was let in; ``headers`` add to that or (None) take away."""

    def __init__(self, server: PageServer) -> None:
        self.server, self.port = server, server.doors.port
        self.cookie = f"{server.doors.cookie}={server.doors.session}"

    def get(self, path: str, headers: dict[str, str | None] | None = None) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(
        self, path: str, headers: dict[str, str | None] | None = None, **fields: str
    ) -> Answer:
        body = urlencode({"form": self.server.doors.form, **fields})
        sent: dict[str, str | None] = {
            "Origin": self.server.doors.origin,
            "Content-Type": "application/x-www-form-urlencoded",
            **(headers or {}),
        }
        return self.ask("POST", path, body, sent)

    def decide(self, **fields: str) -> Answer:
        """Answer the form as it stands now."""
        form = self.get("/consent/decide").body
        shown = re.search(r'name="terms" value="(\w+)"', form)
        return self.post("/consent/decide", terms=shown[1] if shown else "", **fields)

    def ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str | None] | None
    ) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"Cookie": self.cookie, **(headers or {})}
        link.request(method, path, body, {k: v for k, v in sent.items() if v is not None})
        answer = link.getresponse()
        data = answer.read()
        link.close()
        return Answer(
            answer.status,
            {k.lower(): v for k, v in answer.getheaders()},
            data.decode("utf-8", errors="replace"),
        )


def words(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


@pytest.fixture
def paths() -> Paths:
    paths = default_paths()
    for folder in (paths.data, paths.runtime, paths.config):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        private_dir(folder)
    paths.policy.write_text(POLICY)
    paths.policy.chmod(0o600)
    return paths


@pytest.fixture
def server(paths: Paths) -> Iterator[PageServer]:
    clock = SystemClock()
    site = Site(paths, clock)
    with PageServer(clock, site.get, site.post) as made:
        yield made
    site.close()


@pytest.fixture
def client(server: PageServer) -> Client:
    return Client(server)
