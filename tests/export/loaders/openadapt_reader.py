"""Opens an export as a CaptureSession; prints what it found as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter

from openadapt_capture import CaptureSession

with CaptureSession.load(sys.argv[2]) as capture:
    raw = [event.name for event in capture._recording.action_events]
    actions = list(capture.actions())
    shots = [shot.image.size for shot in capture._recording.screenshots]
    kinds = Counter(str(getattr(a, "type", type(a).__name__)) for a in actions)
    texts = [a.text for a in actions if getattr(a, "text", None)]
    print(json.dumps({
        "raw": Counter(raw), "kinds": kinds, "texts": texts, "shots": sorted(set(shots)),
        "screenshots": len(shots),
    }))  # fmt: skip
