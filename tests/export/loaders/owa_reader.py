"""Reads an export with OWAMcapReader, decoding every message; prints what it found as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from mcap_owa.highlevel import OWAMcapReader

found: Counter[str] = Counter()
shapes, vks, places = set(), [], []
with OWAMcapReader(sys.argv[2]) as reader:
    for message in reader.iter_messages():
        body = message.decoded
        found[message.topic] += 1
        if message.topic == "screen":
            picture = body.resolve_relative_path(sys.argv[2]).load_frame_array()
            shapes.add(picture.shape)
        elif message.topic == "keyboard":
            vks.append(body.vk)
        elif message.topic == "mouse":
            places.append((body.x, body.y))
print(json.dumps({
    "topics": dict(found), "shapes": sorted(shapes), "vks": vks,
    "widest": [max(x for x, _ in places), max(y for _, y in places)],
    "least": [min(x for x, _ in places), min(y for _, y in places)],
    "file": Path(sys.argv[2]).name,
}))  # fmt: skip
