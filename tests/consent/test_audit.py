"""A log that somebody changed: the first bad line is named, whatever was done to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.consent import Ledger
from nodreel.consent.audit import examine
from nodreel.consent.auditline import NOTHING, line_hash
from nodreel.consent.heads import sign_head
from nodreel.policy import canonical
from tests.consent.yes import agree
from tests.findings import found as wrote
from tests.policy.samples import policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.consent import Grant
    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock

DAYS = 3
SIGNED = "it is signed with a key that no receipt names"
CHANGED = "this line was changed or cut"
FOLLOWS = "it does not follow the line before it"


@pytest.fixture
def grant(paths: Paths, clock: TurnedClock) -> Grant:
    return agree(paths, clock, policy())


@pytest.fixture
def log(paths: Paths, clock: TurnedClock, grant: Grant) -> list[bytes]:
    """The yes, then three times a pause and a signed head: seven lines."""
    ledger = Ledger(paths.audit, clock)
    for _ in range(DAYS):
        ledger.append("person", "paused", {})
        sign_head(paths, clock, ledger, grant)
    return paths.audit.read_bytes().splitlines(keepends=True)


def again(lines: list[bytes], key: Ed25519PrivateKey | None = None) -> list[bytes]:
    """Forge: chain the lines anew, as anybody can; signed anew, too, if there is a key."""
    made, prev = [], NOTHING
    hashes: dict[str, str] = {}
    for n, text in enumerate(lines):
        line: dict[str, Any] = json.loads(text)
        old = line["hash"]
        line |= {"n": n, "prev": prev}
        if line["event"] == "head_signed" and key is not None:
            head = hashes.get(line["data"]["head"], prev)
            over = canonical({"day": line["data"]["day"], "head": head})
            public = key.public_key().public_bytes_raw().hex()
            line["data"] |= {"head": head, "key": public, "signature": key.sign(over).hex()}
        line["hash"] = hashes[old] = prev = line_hash(line)
        made.append(canonical(line) + b"\n")
    return made


FORGERIES: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int | None, str]] = {
    "nothing": (lambda x: x, None, ""),
    "one edited": (lambda x: [*x[:2], x[2].replace(b"a", b"b", 1), *x[3:]], 3, CHANGED),
    "one removed": (lambda x: [*x[:1], *x[2:]], 2, FOLLOWS),
    "two swapped": (lambda x: [x[0], x[2], x[1], *x[3:]], 2, FOLLOWS),
    "one doubled": (lambda x: [*x[:2], x[1], *x[2:]], 3, FOLLOWS),
    "the beginning removed": (lambda x: x[2:], 1, FOLLOWS),
    "the end removed": (lambda x: x[:-3], 4, "but a receipt knows a later line"),
    "all removed": (lambda _: [], 0, "but a receipt knows a later line"),
    "removed and chained anew": (lambda x: again([x[0], *x[2:]]), 2, "it signs a line that is"),
    "removed, chained and signed anew": (
        lambda x: again([x[0], *x[2:]], Ed25519PrivateKey.generate()), 2, SIGNED,
    ),
    "a signature of another day": (
        lambda x: again([*x[:-1], x[-1].replace(b'"day":"2', b'"day":"3')]), 7, "signature",
    ),
    "a line put in and chained anew": (
        lambda x: again([x[0], x[1], *x[1:]]), 6, "it signs a line that is",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_log_is_named_by_its_first_bad_line(
    log: list[bytes], grant: Grant, name: str
) -> None:
    change, line, words = FORGERIES[name]
    held = {json.loads(text)["hash"] for text in (log[0], log[5])}
    found = examine(b"".join(change(log)), held, {grant.public_key.hex()})
    assert found.line == line
    assert words in (found.problem or "")
    assert found.confirmed < (line or len(log))  # what was changed is never vouched for
    wrote("C13", "forged audit logs", line is not None)


def test_any_changed_byte_is_named_with_its_line(log: list[bytes], grant: Grant) -> None:
    """Flips a bit of each byte of the log; a line break that goes makes two lines bad as one."""
    whole = b"".join(log)
    begins = [0]
    for text in log:
        begins.append(begins[-1] + len(text))
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 1 << place % 8
        found = examine(bytes(data), (json.loads(log[-1])["hash"],), {grant.public_key.hex()})
        number = sum(begin <= place for begin in begins[:-1])
        assert found.line == number or (place == len(whole) - 1 and found.line == number - 1), place
    wrote("C13", "flipped bits of the audit log, each byte", len(whole))


def test_without_receipts_signatures_are_checked_and_not_whose_they_are(log: list[bytes]) -> None:
    key = Ed25519PrivateKey.generate()
    assert examine(b"".join(again(log, key))).problem is None
    bad = again([*log[:2], log[2].replace(b'"signature":"', b'"signature":"0'), *log[3:]])
    assert examine(b"".join(bad)).problem == "its signature is wrong"


def test_it_goes_on_after_a_bad_line_and_says_from_where(
    paths: Paths, clock: TurnedClock, log: list[bytes], grant: Grant
) -> None:
    paths.audit.write_bytes(b"".join(log)[:-9] + b'forged"}\n')
    ledger = Ledger(paths.audit, clock, grant)
    ledger.append("person", "resumed", {})
    found = ledger.examine(keys={grant.public_key.hex()})
    assert (found.line, found.sound_since, found.resets) == (7, 8, 1)
    reset = json.loads(paths.audit.read_bytes().splitlines()[7])
    assert reset["event"] == "audit_reset"
    assert reset["data"]["key"] == grant.public_key.hex()
    assert len(reset["data"]["signature"]) == 128


@pytest.mark.parametrize("stranger", [True, False])
def test_the_mark_of_a_torn_line_is_signed(
    paths: Paths, clock: TurnedClock, log: list[bytes], grant: Grant, *, stranger: bool
) -> None:
    """Torn by a crash and marked, the log is sound; a mark of somebody else's is none."""
    paths.audit.write_bytes(b"".join(log)[:-20])
    Ledger(paths.audit, clock, grant).append("person", "resumed", {})
    keys = {"0" * 64 if stranger else grant.public_key.hex()}
    found = examine(paths.audit.read_bytes(), keys=keys)
    assert found.resets == 1
    assert (found.problem is None) is not stranger
    if not stranger:
        lines = paths.audit.read_bytes().splitlines(keepends=True)
        mark = lines[7].replace(b'"signature":"', b'"signature":"0')
        data = b"".join([*lines[:6], lines[6], *again_from(lines[5], [mark, lines[8]])])
        assert examine(data).problem == "its signature is wrong"


def again_from(before: bytes, lines: list[bytes]) -> list[bytes]:
    """Chain lines anew behind ``before``."""
    made, last = [], json.loads(before)
    for text in lines:
        line = json.loads(text) | {"n": last["n"] + 1, "prev": last["hash"]}
        line["hash"] = line_hash(line)
        made.append(canonical(line) + b"\n")
        last = line
    return made
