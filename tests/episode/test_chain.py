from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.episode.chain import (
    FIRST,
    MAX_LINE,
    EditedHeader,
    SegmentHeader,
    canonical,
    check_signature,
    line_hash,
    parse,
    sign_line,
)
from nodreel.errors import EpisodeError

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw().hex()
SEGMENT: dict[str, object] = {
    "kind": "events", "episode": "A" * 26, "seq": 3, "consent": "C", "policy": "0" * 64,
    "sha256": "0" * 64, "size": 5, "first": 0, "last": 9,
}  # fmt: skip


def test_a_line_is_read_as_it_was_signed() -> None:
    line = sign_line(SEGMENT, FIRST, KEY.sign)
    assert line.endswith(b"}\n")
    check_signature(line.rstrip(b"\n"), PUBLIC)
    header = parse(line)
    assert isinstance(header, SegmentHeader)
    assert header.model_dump(exclude={"sig", "v", "prev"}) == SEGMENT | {"file": None, "at": 0}
    assert line_hash(line) == line_hash(line.rstrip(b"\n")) != FIRST


def test_any_changed_byte_breaks_the_signature() -> None:
    line = sign_line(SEGMENT, FIRST, KEY.sign).rstrip(b"\n")
    for at in range(len(line)):
        wrong = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
        with pytest.raises(EpisodeError):
            check_signature(wrong, PUBLIC)


@pytest.mark.parametrize(
    "other", [b" %s", b"%s ", b'{"v":1,%s', b"[%s]", b"", b"null", b'"x"', b"{}"]
)
def test_only_one_spelling_is_signed(other: bytes) -> None:
    line = sign_line(SEGMENT, FIRST, KEY.sign).rstrip(b"\n")
    wrong = other.replace(b"%s", line[1:] if other.startswith(b"{") else line)
    with pytest.raises(EpisodeError):
        check_signature(wrong, PUBLIC)


def test_another_key_is_another_key() -> None:
    line = sign_line(SEGMENT, FIRST, Ed25519PrivateKey.generate().sign)
    with pytest.raises(EpisodeError, match="not signed by the key"):
        check_signature(line, PUBLIC)


def test_a_signature_for_something_else_is_none_for_a_header() -> None:
    unsigned = SEGMENT | {"v": 1, "prev": FIRST}
    plain = KEY.sign(canonical(unsigned)).hex()  # without the words that say it is a header
    with pytest.raises(EpisodeError, match="not signed"):
        check_signature(canonical(unsigned | {"sig": plain}), PUBLIC)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 3}, {"kind": "video"}, {"episode": "../../etc"}, {"seq": -1},
        {"seq": 1.0}, {"seq": 10**8}, {"size": 0}, {"sha256": "x" * 64}, {"first": -1},
        {"last": 2**53}, {"wall": 1}, {"consent": "x" * 65}, {"sig": "00"}, {"prev": ""},
        {"file": -1}, {"file": "../x"}, {"at": -1}, {"at": 2**41},
    ],
)  # fmt: skip
def test_a_header_out_of_bounds_is_refused(change: dict[str, object]) -> None:
    good = json.loads(sign_line(SEGMENT, FIRST, KEY.sign))
    with pytest.raises(EpisodeError, match="is not a header of version 1"):
        parse(json.dumps(good | change).encode())


@pytest.mark.parametrize("line", [b"", b"{", b"\xff", b"[" * 60_000, b"x" * (MAX_LINE + 1), b"[]"])
def test_what_is_no_header_is_refused(line: bytes) -> None:
    with pytest.raises(EpisodeError):
        parse(line)


def test_an_edit_names_runs_of_segments() -> None:
    values = {"kind": "edited", "episode": "A" * 26, "seq": 9, "removed": [[1, 2], [5, 5]]}
    header = parse(sign_line(values, FIRST, KEY.sign))
    assert isinstance(header, EditedHeader)
    assert header.removed == [[1, 2], [5, 5]]
    for removed in ([], [[1]], [[1, 2, 3]], [[1, "2"]], [[-1, 2]]):
        with pytest.raises(EpisodeError):
            parse(sign_line(values | {"removed": removed}, FIRST, KEY.sign))


def test_fractions_have_many_spellings_and_are_not_signed() -> None:
    with pytest.raises(ValueError, match="no fractions"):
        sign_line(SEGMENT | {"size": 1.5}, FIRST, KEY.sign)
