"""Reads the video with PyAV; prints how many pictures it has, when they stand, and how far off."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import av
import numpy as np
from PIL import Image

folder = Path(sys.argv[2])
index = [json.loads(line) for line in (folder / "frames.jsonl").read_text().splitlines()]
times, errors = [], []
with av.open(str(folder / "video.mp4")) as video:
    for frame, told in zip(video.decode(video=0), index, strict=True):
        times.append(round(float(frame.time) * 1000))
        exact = np.asarray(Image.open(folder / "frames" / told["file"])).astype(int)
        seen = frame.to_ndarray(format="rgb24").astype(int)
        errors.append(float(np.abs(seen - exact[: seen.shape[0], : seen.shape[1]]).mean()))
told_at = [line["video_ms"] for line in index]
print(json.dumps({"times": times, "told": told_at, "error": max(errors)}))
