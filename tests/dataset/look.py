"""What is in a data set, by pyarrow's and Pillow's own readers and nothing of nodreel's."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections import Counter
from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq
from PIL import Image

root = Path(sys.argv[1])
actions = ds.dataset(root / "actions", partitioning="hive").to_table()
episodes = pq.read_table(root / "episodes.parquet").to_pylist()
frames: dict[str, dict[str, str]] = {}
wrong = 0
for path in sorted((root / "frames").rglob("*.parquet")):
    rows = pq.read_table(path).to_pylist()
    pair = root / "actions" / path.relative_to(root / "frames")
    for row in rows:
        shown = Image.open(io.BytesIO(row["image"]["bytes"])).convert("RGB")
        wrong += shown.size != (row["width"], row["height"])
        pixels = hashlib.sha256(shown.tobytes("raw", "BGR")).hexdigest()
        frames.setdefault(row["episode"], {})[str(row["done"])] = pixels
    for action in pq.read_table(pair).to_pylist():
        for which in ("before", "after"):
            at = action[f"{which}_frame"]
            if at is None:
                wrong += action[which] is not None
            else:
                place = (rows[at]["episode"], rows[at]["done"])
                wrong += place != (action["episode"], action[which])
told = actions.select(["episode", "consent", "split", "kind", "text"]).to_pylist()
print(json.dumps({
    "actions": dict(Counter(a["episode"] for a in told)),
    "consents": dict(Counter(a["consent"] for a in told)),
    "splits": {a["consent"]: a["split"] for a in told},
    "kinds": dict(Counter(a["kind"] for a in told)),
    "texts": sorted(a["text"] for a in told if a["text"]),
    "episodes": {e["episode"]: e for e in episodes}, "frames": frames, "wrong": wrong,
}))  # fmt: skip
