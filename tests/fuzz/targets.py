"""What is fuzzed: everything that reads bytes of strangers. Each takes bytes, and may only refuse.

A NodreelError is a refusal. Any other exception, a hang or much memory is a finding.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage
from pydantic import ValidationError

from nodreel.consent.audit import examine
from nodreel.consent.grant_file import _parse
from nodreel.episode.batch import BATCHES, read_batch
from nodreel.episode.container import FRAME, KEY, read_content
from nodreel.episode.format import CHANNELS, read_events
from nodreel.episode.picture import read_frames, read_key
from nodreel.episode.seal import unseal
from nodreel.episode.verify import read_chain
from nodreel.errors import NodreelError
from nodreel.ipc import wire
from nodreel.policy import combine

if TYPE_CHECKING:
    from collections.abc import Callable

CORPUS = Path(__file__).parent / "corpus"
NOWHERE = Path("fuzzed")
TOPICS = sorted({*CHANNELS, *BATCHES})
STRANGER = pyrage.x25519.Identity.from_str(
    "AGE-SECRET-KEY-184JMZMVQH3E6U0PSL869004Y3U2NYV7R30EU99CSEDNPH02YUVFSZW44VU"
)


def container(data: bytes) -> None:
    """An MCAP, and each event in it."""
    for message in read_content(data).messages:
        if message.topic in BATCHES:
            read_batch(message.topic, message.data)
        elif message.topic not in {FRAME, KEY}:
            read_events(message.topic, message.data)


def events(data: bytes) -> None:
    """One message: the first byte chooses its topic."""
    topic = TOPICS[data[0] % len(TOPICS)] if data else TOPICS[0]
    if topic in BATCHES:
        read_batch(topic, data[1:])
    else:
        read_events(topic, data[1:])


def pictures(data: bytes) -> None:
    """A key segment's picture and one frame on it; the first two bytes are the key's length."""
    size = int.from_bytes(data[:2], "little")
    key = read_key(data[2 : 2 + size])
    for picture in read_frames([data[2 + size :]], key):
        assert picture.width > 0


def manifest(data: bytes) -> None:
    """A chain of signed headers."""
    chain = read_chain(data)
    assert chain.segments.keys() == {h.seq for h in chain.segments.values()}


def sealed(data: bytes) -> None:
    """An age file."""
    unseal(data, [STRANGER])


def grant(data: bytes) -> None:
    """A grant's file."""
    _parse(NOWHERE, data)


def audit(data: bytes) -> None:
    """An audit log."""
    found = examine(data, {"0" * 64}, {"0" * 64})
    assert found.problem is None or found.line is not None


def policy(data: bytes) -> None:
    """A policy's file."""
    with suppress(UnicodeDecodeError):
        combine([(NOWHERE, data.decode())])


def control(data: bytes) -> None:
    """A message on the control socket."""
    with suppress(ValidationError):
        wire.REQUEST.validate_json(data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    f.__name__: f
    for f in (container, events, pictures, manifest, sealed, grant, audit, policy, control)
}


def attempt(name: str, data: bytes) -> bool:
    """Give the bytes to a target; True when they were taken, False when refused."""
    try:
        TARGETS[name](data)
    except NodreelError:
        return False
    return True
