"""Train a small next-action model on a built data set, and hold it against frequencies.

    python scripts/training/train.py DATASET UNSEEN [--epochs 6] [--json]

DATASET gives the training split and the test split (other people, other seeds, the same apps),
UNSEEN a data set of other apps. Exits with 1 unless the model is better than both baselines on
both: the most frequent kind, and the most frequent kind after what was done before.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from loader import KINDS, SIZE, Deeds, deeds, shards
from torch import nn
from torch.utils.data import DataLoader

PROVES = """What this proves: that sealed episodes become a data set that a model can learn from,
with pictures, places and kinds belonging together, people and apps kept apart. What it does not:
anything about real work. The people, their apps and the rule that they follow are made up, and
made to be learnt."""
NEAR = 0.08  # of the screen: within a field


class Model(nn.Module):
    """Looks for where to act, and reads there what to do."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 12, 24, 48)
        layers: list[nn.Module] = []
        for n, m in pairwise(widths):
            layers += [nn.Conv2d(n, m, 3, 2, 1), nn.BatchNorm2d(m), nn.ReLU()]
        self.eye = nn.Sequential(*layers)
        self.look = nn.Conv2d(48, 1, 3, 1, 1)
        self.act = nn.Sequential(
            nn.Linear(48 + len(KINDS) + 1, 64), nn.ReLU(), nn.Linear(64, len(KINDS))
        )
        wide, high = SIZE[0] // 8, SIZE[1] // 8
        y, x = torch.meshgrid(
            (torch.arange(high) + 0.5) / high, (torch.arange(wide) + 0.5) / wide, indexing="ij"
        )
        self.register_buffer("places", torch.stack([x, y], -1).reshape(-1, 2))

    def forward(self, pictures: torch.Tensor, previous: torch.Tensor) -> tuple[torch.Tensor, ...]:
        seen = self.eye(pictures.float() / 255)
        weight = self.look(seen).flatten(1).softmax(1)
        read = torch.einsum("bcn,bn->bc", seen.flatten(2), weight)
        before = nn.functional.one_hot(previous, len(KINDS) + 1).float()
        return self.act(torch.cat([read, before], 1)), weight @ self.places


def loader(root: Path, split: str | None, workers: int, epoch: int = 0) -> DataLoader[Any]:
    deeds = Deeds(root, split)
    deeds.epoch = epoch
    return DataLoader(deeds, batch_size=64, num_workers=workers)


def train(root: Path, epochs: int, workers: int) -> tuple[Model, dict[str, float]]:
    torch.manual_seed(0)
    model = Model()
    best = torch.optim.AdamW(model.parameters(), 2e-3)
    steps = torch.optim.lr_scheduler.CosineAnnealingLR(best, epochs)
    samples, began = 0, time.perf_counter()
    for epoch in range(epochs):
        losses = []
        for pictures, previous, kinds, where in loader(root, "train", workers, epoch):
            told, place = model(pictures, previous)
            has = where[:, 0] >= 0
            loss = nn.functional.cross_entropy(told, kinds)
            loss = loss + 5 * (place - where)[has].abs().mean()
            best.zero_grad()
            loss.backward()
            best.step()
            losses.append(loss.item())
            samples += len(kinds)
        steps.step()
        print(
            f"epoch {epoch + 1} of {epochs}: loss {sum(losses) / len(losses):.3f}", file=sys.stderr
        )
    return model.eval(), {"samples": samples, "s": time.perf_counter() - began}


def judged(model: Model, root: Path, split: str | None, base: Base) -> dict[str, float]:
    right = near = placed = total = usual = after = 0
    with torch.no_grad():
        for pictures, previous, kinds, where in loader(root, split, 0):
            told, place = model(pictures, previous)
            right += int((told.argmax(1) == kinds).sum())
            has = where[:, 0] >= 0
            near += int(((place - where)[has].norm(dim=1) <= NEAR).sum())
            placed += int(has.sum())
            total += len(kinds)
            usual += int((kinds == base.usual).sum())
            after += sum(
                base.after[p] == k for p, k in zip(previous.tolist(), kinds.tolist(), strict=True)
            )
    return {
        "deeds": total, "model": right / total, "most_frequent": usual / total,
        "most_frequent_after": after / total, "pointer_near": near / placed,
    }  # fmt: skip


class Base:
    """What is right most often when nobody looks at the screen."""

    def __init__(self, root: Path) -> None:
        rows = [row for path in shards(root, "train") for row in deeds(path)]
        pairs = [(row["previous"], KINDS.index(row["kind"])) for row in rows]
        self.usual = Counter(k for _, k in pairs).most_common(1)[0][0]
        self.after = {
            n: next(iter(Counter(k for p, k in pairs if p == n).most_common(1)), (self.usual,))[0]
            for n in range(len(KINDS) + 1)
        }


def speed(root: Path, workers: int) -> dict[str, float]:
    """Return how many samples a second the loader gives when nobody learns."""
    began, cpu, count = time.perf_counter(), time.process_time(), 0
    for pictures, *_ in loader(root, "train", workers):
        count += len(pictures)
    took = time.perf_counter() - began
    return {
        "samples_per_s": count / took,
        "cpu_ms_each": (time.process_time() - cpu) / count * 1000,
    }


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("dataset", type=Path)
    asked.add_argument("unseen", type=Path)
    asked.add_argument("--epochs", type=int, default=6)
    asked.add_argument("--workers", type=int, default=0)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    torch.set_num_threads(1)
    told: dict[str, Any] = {"loader": speed(given.dataset, given.workers)}
    base = Base(given.dataset)
    model, told["training"] = train(given.dataset, given.epochs, given.workers)
    told["unseen_seeds"] = judged(model, given.dataset, "test", base)
    told["unseen_apps"] = judged(model, given.unseen, None, base)
    if given.json:
        print(json.dumps(told))
    else:
        told_people(told)
    return int(not all(better(told[name]) for name in ("unseen_seeds", "unseen_apps")))


def better(found: dict[str, float]) -> bool:
    return found["model"] > max(found["most_frequent"], found["most_frequent_after"])


def told_people(told: dict[str, Any]) -> None:
    speed = told["loader"]
    print(f"the loader gives {speed['samples_per_s']:,.0f} samples a second"
          f" ({speed['cpu_ms_each']:.2f} CPU ms each)")  # fmt: skip
    for name, said in (("unseen_seeds", "other people, same apps"), ("unseen_apps", "other apps")):
        found = told[name]
        print(f"{said}, {found['deeds']:,} deeds: the next action's kind is right in"
              f" {found['model']:.1%} (the most frequent {found['most_frequent']:.1%}, the most"
              f" frequent after the one before {found['most_frequent_after']:.1%}); the pointer is"
              f" in the field in {found['pointer_near']:.1%}")  # fmt: skip
    print(PROVES)


if __name__ == "__main__":
    sys.exit(main())
