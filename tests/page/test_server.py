"""The server lets in the person's own browser from these very pages, and nobody else."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from nodreel.consent.switches import STOPPED, write_switches
from nodreel.host import loopback
from nodreel.page import server as server_module
from nodreel.page.server import LONGEST_BODY, PageServer
from nodreel.paths import default_paths

if TYPE_CHECKING:
    from tests.page.conftest import Client

COVERS = ("reply", "site", "look", "style")


def test_who_was_let_in_sees_pages_and_who_was_not_does_not(client: Client) -> None:
    assert client.get("/").status == 200
    assert client.get("/", {"Cookie": None}).status == 403
    assert client.get("/", {"Cookie": f"{client.server.doors.cookie}=guess"}).status == 403
    assert client.get("/nowhere").status == 404


def test_the_key_lets_in_once(client: Client, server: PageServer) -> None:
    key = server.enter.partition("=")[2]
    first = client.get(f"/enter?key={key}", {"Cookie": None, "Sec-Fetch-Site": "cross-site"})
    assert first.status == 200
    assert server.doors.session in first.headers["set-cookie"]
    assert "HttpOnly; SameSite=Strict" in first.headers["set-cookie"]
    again = client.get(f"/enter?key={key}", {"Cookie": None})
    assert again.status == 403
    assert "set-cookie" not in again.headers
    assert client.get("/enter?key=", {"Cookie": None}).status == 403
    assert client.get("/enter", {"Cookie": None}).status == 403


@pytest.mark.parametrize(
    "host", ["localhost", "evil.example", "127.0.0.1", "[::1]", "127.0.0.1.evil.example"]
)
def test_another_name_for_this_machine_is_refused(client: Client, host: str) -> None:
    for told in (host, f"{host}:{client.port + 1}", f"{host}:80"):
        assert client.get("/", {"Host": told}).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_pages_can_neither_lead_here_nor_post(client: Client, site: str) -> None:
    assert client.get("/", {"Sec-Fetch-Site": site}).status == 403
    assert client.post("/pause", {"Sec-Fetch-Site": site}).status == 403


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_a_form_from_elsewhere_does_nothing(client: Client, origin: str | None) -> None:
    assert client.post("/withdraw", {"Origin": origin}).status == 403


def test_a_form_without_its_token_does_nothing(client: Client) -> None:
    assert client.post("/withdraw", form="").status == 403
    assert client.post("/withdraw", form="guess").status == 403
    assert client.post("/withdraw", {"Content-Type": "text/plain"}).status == 403


@pytest.mark.parametrize("place", ["iframe", "frame", "embed", "object"])
def test_nothing_is_shown_inside_of_other_pages(client: Client, place: str) -> None:
    assert client.get("/", {"Sec-Fetch-Dest": place}).status == 403


def test_every_answer_forbids_what_pages_do_not_need(client: Client) -> None:
    for answer in (client.get("/"), client.get("/nowhere"), client.get("/", {"Cookie": None})):
        rule = answer.headers["content-security-policy"]
        assert "default-src 'none'" in rule
        assert "script-src" not in rule
        assert "frame-ancestors 'none'" in rule
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in answer.body


def test_other_users_of_the_machine_are_not_even_answered(
    server: PageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "owner_of", lambda _port, _server: 4711)
    with socket.create_connection(("127.0.0.1", server.doors.port), 10) as link:
        link.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert link.recv(100) == b""
    with socket.create_connection(("127.0.0.1", server.doors.port), 10) as link:
        mine = link.getsockname()[1]
        assert loopback.owner_of(mine, server.doors.port) == server._uid
    assert loopback.owner_of(1, server.doors.port) is None


def test_it_listens_on_the_loopback_alone(server: PageServer) -> None:
    assert server.socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"])
def test_other_methods_are_no_methods_here(client: Client, method: str) -> None:
    assert client.ask(method, "/", None, {}).status in {403, 501}


@pytest.mark.parametrize("length", [str(LONGEST_BODY + 1), "-1", "x", "9" * 40])
def test_too_much_is_not_read(client: Client, length: str) -> None:
    assert client.post("/pause", {"Content-Length": length}).status == 400


def test_strange_bytes_are_no_form(client: Client) -> None:
    body = "form=%ff%fe&minutes=1"
    sent = {"Origin": client.server.doors.origin,
            "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
    assert client.ask("POST", "/pause", body, sent).status == 400


def test_what_nodreel_itself_refuses_is_told_with_advice(client: Client) -> None:
    write_switches(default_paths().state, STOPPED)
    told = client.post("/resume")
    assert told.status == 409
    assert "nodreel start" in told.body
