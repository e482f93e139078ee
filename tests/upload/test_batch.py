from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import EpisodeError
from nodreel.upload.batch import Manifest, pack, plan, read_manifest, unpack
from nodreel.upload.queue import look, open_episode_folder

if TYPE_CHECKING:
    from tests.upload.machine import Machine


def packed(machine: Machine, segments: int = 2) -> bytes:
    episode = look(machine.paths, machine.record(segments), machine.grant)
    (seqs,) = plan(episode.chain)
    with open_episode_folder(machine.paths, episode.id) as folder:
        return pack(folder, episode.chain, episode.first_line, seqs)


def test_a_batch_says_by_itself_whose_it_is_and_is_packed_the_same_each_time(
    machine: Machine,
) -> None:
    data = packed(machine)
    batch = unpack(data)
    assert batch.start.consent == machine.grant.consent_id
    assert [header.seq for header, _, _ in batch.segments] == [0, 1]
    for header, _, sealed in batch.segments:
        assert hashlib.sha256(sealed).hexdigest() == header.sha256
        assert sealed.startswith(b"age-encryption.org/")
    (episode,) = machine.here()
    again = look(machine.paths, episode, machine.grant)
    with open_episode_folder(machine.paths, episode) as folder:
        assert pack(folder, again.chain, again.first_line, [0, 1]) == data


def test_each_byte_of_a_batch_is_vouched_for(machine: Machine) -> None:
    data = packed(machine, 1)
    for place in range(0, len(data), 7):
        bent = data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
        with pytest.raises(EpisodeError):
            unpack(bent)


def test_a_batch_that_was_cut_short_is_refused_wherever_it_was_cut(machine: Machine) -> None:
    data = packed(machine, 1)
    first = data.index(b"\n") + 1
    for size in range(0, len(data), 5):
        if size != first:  # the first header alone is a batch without segments
            with pytest.raises(EpisodeError):
                unpack(data[:size])


def test_a_segment_of_another_episode_is_refused(machine: Machine) -> None:
    one, two = packed(machine, 1), packed_again(machine)
    with pytest.raises(EpisodeError, match="something else"):
        unpack(one + two.partition(b"\n")[2])


def packed_again(machine: Machine) -> bytes:
    episode = look(machine.paths, machine.record(1), machine.grant)
    with open_episode_folder(machine.paths, episode.id) as folder:
        return pack(folder, episode.chain, episode.first_line, [0])


def test_segments_fill_batches_in_order(machine: Machine) -> None:
    chain = look(machine.paths, machine.record(7, filler=30), machine.grant).chain
    sizes = {s: h.size + len(chain.lines[s]) + 1 for s, h in chain.segments.items()}
    most = (1 << 16) + 2 * max(sizes.values())
    assert plan(chain, most) == [[0, 1], [2, 3], [4, 5], [6]]
    assert plan(chain, 1) == [[n] for n in range(7)]
    assert plan(chain) == [list(range(7))]


def test_a_manifest_holds_the_signed_headers_of_its_episode(machine: Machine) -> None:
    episode = look(machine.paths, machine.record(2), machine.grant)
    manifest = Manifest(episode=episode.id, batches=(), chain=episode.raw.decode())
    assert read_manifest(manifest.data) == manifest
    assert sorted(manifest.read_chain().segments) == [0, 1]
    other = manifest.model_copy(update={"episode": "7" * 26})
    with pytest.raises(EpisodeError, match="not of the episode"):
        other.read_chain()
    bent = manifest.model_copy(update={"chain": manifest.chain.replace('"seq":1', '"seq":2')})
    with pytest.raises(EpisodeError):
        bent.read_chain()


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 9999, b"\xff", b'{"v":1,"kind":"manifest"}'])
def test_bytes_of_strangers_are_no_manifest(data: bytes) -> None:
    with pytest.raises(EpisodeError):
        read_manifest(data)


def test_another_spelling_of_a_manifest_is_refused(machine: Machine) -> None:
    episode = look(machine.paths, machine.record(1), machine.grant)
    data = Manifest(episode=episode.id, batches=(), chain=episode.raw.decode()).data
    with pytest.raises(EpisodeError, match="spelled"):
        read_manifest(json.dumps(json.loads(data)).encode())
