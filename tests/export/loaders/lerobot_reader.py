"""Loads a data set with LeRobot's own class; prints what it holds, and how bright it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from lerobot.datasets.lerobot_dataset import LeRobotDataset

data = LeRobotDataset("local/nodreel", root=Path(sys.argv[2]), video_backend="pyav")
looked_at = range(0, len(data), max(1, len(data) // 60))
steps = {n: data[n] for n in looked_at}
names = data.meta.features["action"]["names"]
actions = np.stack([np.asarray(row) for row in data.hf_dataset["action"]])
states = np.stack([np.asarray(row) for row in data.hf_dataset["observation.state"]])
shapes = {tuple(step["observation.images.screen"].shape) for step in steps.values()}
told = {
    "version": str(data.meta._version),
    "steps": len(data),
    "episodes": data.num_episodes,
    "lengths": [int(n) for n in data.meta.episodes["length"]],
    "fps": data.fps,
    "tasks": sorted({step["task"] for step in steps.values()}),
    "sums": {name: float(actions[:, n].sum()) for n, name in enumerate(names)},
    "widest": [float(v) for v in np.maximum(actions[:, :2], states[:, :2]).max(0)],
    "least": [float(v) for v in np.minimum(actions[:, :2], states[:, :2]).min(0)],
    "shapes": [list(shape) for shape in sorted(shapes)],
    "means": {
        n: float(step["observation.images.screen"].mean()) * 255 for n, step in steps.items()
    },
    "stats": sorted(data.meta.stats),
}
print(json.dumps(told))
