"""Reads an export with Rerun's own reader; prints how many rows each entity has, and its times."""

from __future__ import annotations

import json
import sys
from collections import Counter

from rerun.chunk import RrdReader

rows: Counter[str] = Counter()
timelines: set[str] = set()
for chunk in RrdReader(sys.argv[2]).stream():
    rows[chunk.entity_path.strip("/")] += chunk.num_rows
    timelines |= set(chunk.timeline_names)
print(json.dumps({"rows": rows, "timelines": sorted(timelines)}))
