"""Whether an audit log follows from itself: hashes, signatures, and what receipts know of it.

Anybody can do this who has the log and a receipt: the person, a works council. It finds what was
changed before the last head that a receipt holds; whoever rules the machine can rewrite the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nodreel.consent.auditline import (
    HEAD,
    NOTHING,
    RESET,
    head_signed,
    parsed,
    remnant,
    reset_signed,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found; without ``problem`` the log is sound.

    ``line``: the first bad one, counted from 1. ``confirmed``: up to which line receipts or signed
    heads vouch for it; ``sound_since``: from which line on it follows to its end. ``resets``: lines
    torn by a crash or changed, and marked; ``signed``: heads of days.
    """

    lines: int
    head: str
    resets: int
    signed: int
    last_day: str | None
    confirmed: int
    sound_since: int
    problem: str | None = None
    line: int | None = None


def examine(data: bytes, held: Collection[str] = (), keys: Collection[str] | None = None) -> Audit:
    """Look at a whole log. ``held``: heads that receipts know; ``keys``: those of the consents.

    ``keys`` None: signatures are checked, but not whose they are.
    """
    found = _Looking(set(held), keys)
    *whole, rest = data.split(b"\n")
    for number, text in enumerate(whole, start=1):
        found.look(number, text, whole[number : number + 1])
    if found.torn is not None:
        found.bad(len(whole), "this line was changed or cut")
    if any(head not in found.seen for head in held):
        found.bad(len(whole), "the log ends here, but a receipt knows a later line")
    return Audit(
        lines=found.count, head=found.head, resets=found.resets + bool(rest), signed=found.signed,
        last_day=found.last_day, confirmed=found.confirmed, sound_since=found.since,
        problem=found.problem, line=found.line,
    )  # fmt: skip


class _Looking:
    """Where the look through the lines stands."""

    def __init__(self, held: set[str], keys: Collection[str] | None) -> None:
        self._held, self._keys = held, keys
        self.head, self.count, self.resets, self.signed = NOTHING, 0, 0, 0
        self.last_day: str | None = None
        self.seen = {NOTHING: 0}
        self.confirmed = 0
        self.torn: bytes | None = None
        self.problem: str | None = None
        self.line: int | None = None
        self.since = 1

    def bad(self, number: int, words: str) -> None:
        """Note the first bad line; go on from it."""
        if self.problem is None:
            self.problem, self.line = words, number
        self.since = number + 1

    def look(self, number: int, text: bytes, following: Sequence[bytes]) -> None:
        """Take the next line in."""
        line = parsed(text)
        if line is None:
            if self.torn is None and _is_named(text, following):
                self.torn = text
            else:
                self.torn = None
                self.bad(number, "this line was changed or cut")
            return
        if line["prev"] != self.head or line["n"] != self.count:
            self.bad(number, "it does not follow the line before it")
            self.since = number
        else:
            words = self._why_unsigned(line)
            if words is not None:
                self.bad(number, words)
        self.head, self.count, self.torn = line["hash"], line["n"] + 1, None
        self.resets += line["event"] == RESET
        self.seen[self.head] = number
        if self.head in self._held and self.problem is None:
            self.confirmed = number

    def _why_unsigned(self, line: Mapping[str, Any]) -> str | None:
        """Say what is wrong with the signature of a line that has one."""
        data = line["data"]
        if line["event"] not in {HEAD, RESET} or (line["event"] == RESET and "key" not in data):
            return None
        try:
            is_head = line["event"] == HEAD
            over = head_signed(data["day"], data["head"]) if is_head else reset_signed(line)
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(data["key"]))
            key.verify(bytes.fromhex(data["signature"]), over)
        except (InvalidSignature, ValueError, KeyError, TypeError):
            return "its signature is wrong"
        if self._keys is not None and data["key"] not in self._keys:
            return "it is signed with a key that no receipt names"
        if is_head and data["head"] not in self.seen:
            return "it signs a line that is not there"
        if is_head:
            self.signed, self.last_day = self.signed + 1, data["day"]
            if self.problem is None and self._keys is not None:
                self.confirmed = max(self.confirmed, self.seen[data["head"]])
        return None


def _is_named(text: bytes, following: Sequence[bytes]) -> bool:
    """Whether the next line is a reset that names exactly this remnant."""
    reset = parsed(following[0]) if following else None
    return (
        reset is not None
        and reset["event"] == RESET
        and remnant(text).items() <= reset["data"].items()
    )
