"""Episodes that a stranger with the public key made to hurt whoever opens them."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

import zstandard

from nodreel.episode.batch import MAX_ROWS
from nodreel.episode.chain import CHAIN, FIRST, line_hash, sign_line
from nodreel.episode.container import FRAME, KEY, MAX_CHUNK, Message, write_content
from nodreel.episode.format import MAX_JSON
from nodreel.episode.seal import Seal
from nodreel.episode.tiles import MAX_BODY, Changes, Grid, Head, parameters, write_shown
from nodreel.events import Nanos

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.episode.studio import Studio

EPISODE = "B" * 26
BIG = Grid(7680, 4320)
MAGIC = b"\x89MCAP0\r\n"
CHANNEL = struct.pack("<BQHHI4sI4sI", 4, 24, 1, 0, 4, b"note", 4, b"json", 0)


def tiled(body: bytes, grid: Grid = BIG, claimed: int | None = None, count: int = 0) -> bytes:
    head = Head(True, grid, count, Nanos(0), Nanos(1), len(body) if claimed is None else claimed)
    return head.write() + zstandard.ZstdCompressor(compression_params=parameters()).compress(body)


def frame_bomb(count: int) -> list[bytes]:
    """Frames of 8K that each change every tile to one content."""
    tile = bytes(64 * 64 * 3)
    places = range(BIG.size - BIG.columns)
    body = write_shown("", []) + Changes(list(places), [1] * len(places), [tile]).write()
    again = write_shown("", []) + Changes(list(places), [1] * len(places), []).write()
    return [tiled(body), *[tiled(again)] * count]


def key_bomb() -> bytes:
    return tiled(bytes(MAX_BODY), count=9)


def key_liar() -> bytes:
    head = Head(True, BIG, 2**31, Nanos(0), Nanos(0), MAX_BODY)
    return head.write() + zstandard.compress(bytes(1 << 30), 19)[:200_000]


def path_bomb() -> list[Message]:
    ones = b"[" + b"0," * 4095 + b"0]"
    path = b'{"t":0,"dt":' + ones + b',"x":' + ones + b',"y":' + ones + b"}"
    return [Message("pointer/path", 0, path)] * 600


def row_bomb() -> list[Message]:
    zeros = b"0," * (MAX_ROWS - 1) + b"0"
    rows = b'{"t":0,"n":0,"dt":[' + zeros + b'],"x":1,"y":1}'
    return [Message("pointer/moves", 0, rows)] * (MAX_CHUNK // len(rows) - 1)


def chunk_bomb() -> bytes:
    packed = zstandard.compress(bytes(1 << 30), 19)
    body = struct.pack("<QQQII", 0, 0, MAX_CHUNK, 0, 4) + b"zstd" + struct.pack("<Q", len(packed))
    return MAGIC + struct.pack("<BQ", 6, len(body) + len(packed)) + body + packed + MAGIC


BOMBS: dict[str, Callable[[], bytes]] = {
    "many": lambda: write_content(about(1), [Message(FRAME, 1, m) for m in frame_bomb(3000)]),
    "frames": lambda: write_content(about(1), [Message(FRAME, 1, m) for m in frame_bomb(390)]),
    "moves": lambda: write_content(about(1), path_bomb()),
    "rows": lambda: write_content(about(1), row_bomb()),
    "chunk": chunk_bomb,
    "deep": lambda: write_content(about(1), [Message("note", 0, b"[" * MAX_JSON)]),
    "long": lambda: write_content(about(1), [Message("note", 0, b'"' + b"x" * (40 << 20) + b'"')]),
    "records": lambda: MAGIC + CHANNEL + struct.pack("<BQ", 12, 0) * 4_000_000 + MAGIC,
    "size": lambda: MAGIC + struct.pack("<BQ", 5, 2**62) + MAGIC,
    "zeros": lambda: bytes(45 << 20),
}
KEY_BOMBS: dict[str, Callable[[], bytes]] = {
    "key": lambda: write_content(about(0, "key"), [Message(KEY, 0, key_bomb())]),
    "liar": lambda: write_content(about(0, "key"), [Message(KEY, 0, key_liar())]),
    "keys": lambda: write_content(about(0, "key"), [Message(KEY, 0, b"")] * 100_000),
}


def about(seq: int, kind: str = "events") -> dict[str, str]:
    return {"episode": EPISODE, "seq": str(seq), "kind": kind}


def good_key() -> bytes:
    body = Changes([], [], []).write()
    return write_content(about(0, "key"), [Message(KEY, 0, tiled(body))])


def good_frame() -> bytes:
    body = write_shown("", []) + Changes([], [], []).write()
    return write_content(about(1), [Message(FRAME, 1, tiled(body))])


def build(studio: Studio, *plaintexts: tuple[str, bytes]) -> Path:
    """An episode, rightly sealed and signed, with these contents."""
    folder = studio.folder / EPISODE
    folder.mkdir(parents=True)
    seal, sign = Seal([studio.recipient]), studio.signing.sign
    common = {"episode": EPISODE, "consent": "C", "policy": "0" * 64}
    lines = [sign_line(
        common | {"kind": "start", "seq": 0, "purpose": "p", "apps": [], "month": "2026-09",
                  "public_key": studio.public_key.hex()}, FIRST, sign,
    )]  # fmt: skip
    for seq, (kind, plaintext) in enumerate(plaintexts):
        sealed = seal.close(plaintext)
        (folder / f"{seq:08d}.seg").write_bytes(sealed)
        digest = hashlib.sha256(sealed).hexdigest()
        values = common | {"kind": kind, "seq": seq, "sha256": digest, "size": len(sealed)}
        lines.append(sign_line(values | {"first": 0, "last": 9}, line_hash(lines[-1]), sign))
    end = {"kind": "end", "seq": len(plaintexts), "episode": EPISODE}
    lines.append(sign_line(end, line_hash(lines[-1]), sign))
    (folder / CHAIN).write_bytes(b"".join(lines))
    return folder
