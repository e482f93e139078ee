"""An office minute, the same for every recorder: seeded, planned ahead, played through XTEST.

Reading a page (scrolling, hovering, clicking, a search), writing in an editor (typing, selecting,
copying), its menus, a command in a terminal, a selection by dragging, and pauses to think.
``python office.py --display :51 --out truth.jsonl`` plays it on any desktop of that size; what was
sent when (CLOCK_MONOTONIC ns, before and after) goes into ``--out``.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.events import Rect
from tests.bed.injector import Injector

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH, HEIGHT = 1920, 1080
PLACES = {
    "browser": Rect(10, 40, 1113, 960),
    "editor": Rect(1152, 40, 748, 561),
    "terminal": Rect(1152, 669, 729, 345),
}
HERTZ = 125
TEXT = (
    "Approved PO 4711-B; the vendor asked to split it across two cost centres. "
    "Totals differ by 1,204.50 until Friday, see ledger. "
)
COMMANDS = (
    "ls -la --color /usr/bin | tail -n 40", "cat notes.txt | head -n 60",
    "grep -n handler notes.txt | tail", "for i in 1 2 3; do date; done",
)  # fmt: skip
Deed = tuple[float, str, tuple[object, ...]]


class Plan:
    """Deeds with the second they are due at; ``x``, ``y`` is where the pointer will be."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.t = 0.0
        self.x, self.y = WIDTH // 2, HEIGHT // 2
        self.deeds: list[Deed] = []

    def wait(self, seconds: float) -> None:
        self.t += seconds

    def add(self, what: str, *how: object) -> None:
        self.deeds.append((self.t, what, how))

    def to(self, x: float, y: float, seconds: float = 0.0) -> None:
        """Move as a hand does: fast in the middle, slightly bent, farther takes longer."""
        x0, y0 = self.x, self.y
        far = math.hypot(x - x0, y - y0)
        took = seconds or 0.18 + 0.11 * math.log2(1 + far / 20)
        count, bend, began = max(1, int(took * HERTZ)), self.rng.uniform(-0.04, 0.04), self.t
        last = (x0, y0)
        for i in range(1, count + 1):
            u = i / count
            s = u * u * u * (10 - 15 * u + 6 * u * u)
            off = bend * math.sin(math.pi * u)
            at = (
                round(x0 + (x - x0) * s - (y - y0) * off),
                round(y0 + (y - y0) * s + (x - x0) * off),
            )
            at = (min(max(at[0], 0), WIDTH - 1), min(max(at[1], 0), HEIGHT - 1))
            self.t = began + i / HERTZ
            if at != last:
                self.add("move", *at)
            last = at
        self.x, self.y = last

    def into(self, app: str, fx: float, fy: float, seconds: float = 0.0) -> None:
        place = PLACES[app]
        self.to(place.x + place.w * fx, place.y + place.h * fy, seconds)

    def click(self, times: int = 1) -> None:
        self.wait(self.rng.uniform(0.06, 0.16))
        for _ in range(times):
            self.add("down", 1)
            self.wait(self.rng.uniform(0.05, 0.09))
            self.add("up", 1)
            self.wait(0.09)

    def wheel(self, notches: int) -> None:
        for _ in range(abs(notches)):
            self.add("wheel", 1 if notches > 0 else -1)
            self.wait(self.rng.uniform(0.03, 0.09))

    def type(self, text: str, a_second: float = 8.0) -> None:
        for sign in text:
            self.add("type", sign)
            self.wait(max(0.01, self.rng.gauss(1 / a_second, 0.25 / a_second)))

    def chord(self, *names: str) -> None:
        self.add("chord", *names)
        self.wait(0.1)


def office(plan: Plan, seconds: float) -> None:
    round_, rng = 0, plan.rng
    while plan.t < seconds:
        _read(plan)
        _write(plan, TEXT[round_ * 17 % 60 :][:60])
        _menus(plan)
        plan.into("terminal", rng.uniform(0.2, 0.7), rng.uniform(0.3, 0.8))
        plan.click()
        plan.type(COMMANDS[round_ % len(COMMANDS)] + "\n", 9)
        plan.wait(0.8)
        plan.into("editor", 0.1, 0.4)
        plan.add("down", 1)
        plan.wait(0.05)
        plan.into("editor", 0.6, 0.55, 0.5)
        plan.add("up", 1)
        plan.wait(rng.uniform(1.0, 2.5))
        round_ += 1


def _read(plan: Plan) -> None:
    rng = plan.rng
    plan.into("browser", rng.uniform(0.3, 0.7), rng.uniform(0.4, 0.8))
    plan.click()
    for _ in range(3):
        plan.wheel(-rng.randint(3, 7))
        plan.wait(rng.uniform(0.3, 0.8))
        plan.into("browser", rng.uniform(0.1, 0.9), rng.uniform(0.3, 0.9))
    plan.wheel(rng.randint(9, 15))
    plan.into("browser", 0.24, 0.11)
    plan.click()
    plan.type(f"vendor {rng.randint(10, 99)}", 7)
    plan.into("browser", 0.44, 0.11)
    plan.click()
    plan.wait(0.4)


def _write(plan: Plan, text: str) -> None:
    plan.into("editor", plan.rng.uniform(0.2, 0.6), plan.rng.uniform(0.25, 0.7))
    plan.click()
    plan.chord("End")
    plan.type("\n" + text)
    plan.chord("Shift_L", "Home")
    plan.chord("Control_L", "c")
    plan.chord("End")
    plan.type("\n")
    plan.chord("Control_L", "v")


def _menus(plan: Plan) -> None:
    at = PLACES["editor"]
    plan.to(at.x + 20, at.y + 12)
    plan.click()
    plan.wait(0.4)
    for dx in (60, 110, 160, 215):
        plan.to(at.x + dx, at.y + 12, 0.25)
        plan.wait(0.25)
    plan.to(at.x + 190, at.y + 90, 0.3)
    plan.wait(0.3)
    plan.chord("Escape")
    plan.chord("Escape")
    plan.into("editor", 0.5, 0.6)
    plan.click()
    plan.wait(0.5)


def typing(plan: Plan, seconds: float) -> None:
    plan.into("editor", 0.5, 0.6)
    plan.click()
    plan.chord("Control_L", "End")
    while plan.t < seconds:
        plan.type("\n" + TEXT)


def scrolling(plan: Plan, seconds: float) -> None:
    plan.into("browser", 0.5, 0.6)
    while plan.t < seconds:
        plan.wheel(-12)
        plan.wait(0.4)
        plan.wheel(12)
        plan.wait(0.4)


def strangers(plan: Plan, seconds: float) -> None:
    """Work in whatever is in front, in the middle of the screen."""
    while plan.t < seconds:
        plan.to(plan.rng.uniform(700, 1200), plan.rng.uniform(430, 600))
        plan.click()
        plan.type(TEXT[:40])
        plan.wheel(-3)
        plan.wait(0.5)


def video(plan: Plan, seconds: float) -> None:
    """Do nothing while a film plays in a corner of the page."""
    _moving(plan, seconds, "F8")


def spinner(plan: Plan, seconds: float) -> None:
    """Do nothing while a small wheel turns 60 times a second."""
    _moving(plan, seconds, "F9")


def _moving(plan: Plan, seconds: float, key: str) -> None:
    plan.into("browser", 0.5, 0.6)
    plan.click()
    plan.chord(key)
    plan.t = seconds - 0.5
    plan.chord(key)


def idle(plan: Plan, seconds: float) -> None:
    plan.wait(seconds)


PROFILES: dict[str, Callable[[Plan, float], None]] = {
    f.__name__: f for f in (office, typing, scrolling, strangers, video, spinner, idle)
}


def planned(profile: str, seed: int, seconds: float) -> list[Deed]:
    plan = Plan(seed)
    PROFILES[profile](plan, seconds)
    return [deed for deed in plan.deeds if deed[0] <= seconds]


def play(hands: Injector, deeds: list[Deed], seconds: float) -> float:
    """Play in real time; returns by how many seconds the hands were late at worst."""
    began, late = time.monotonic() + 0.1, 0.0
    for due, what, how in deeds:
        left = began + due - time.monotonic()
        if left > 0:
            time.sleep(left)
        late = max(late, -left)
        _do(hands, what, how)
    time.sleep(max(0.0, began + seconds - time.monotonic()))
    return late


def _do(hands: Injector, what: str, how: tuple[object, ...]) -> None:
    match what:
        case "move":
            hands.move(int(str(how[0])), int(str(how[1])))
        case "down":
            hands.button_down()
        case "up":
            hands.button_up()
        case "wheel":
            hands.scroll(0, int(str(how[0])))
        case "type":
            hands.type(str(how[0]))
        case "chord":
            hands.tap(*(str(name) for name in how))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--display", default=os.environ.get("DISPLAY", ":0"))
    asked.add_argument("--profile", choices=sorted(PROFILES), default="office")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--out", type=Path)
    given = asked.parse_args()
    env = {"DISPLAY": given.display, "XAUTHORITY": os.environ.get("XAUTHORITY", "")}
    with Injector(env) as hands:
        late = play(hands, planned(given.profile, given.seed, given.seconds), given.seconds)
        if given.out:
            rows = [
                {"kind": s.kind, "detail": s.detail, "x": s.x, "y": s.y, "before": s.before,
                 "after": s.after} for s in hands.sent
            ]  # fmt: skip
            given.out.write_text("".join(json.dumps(row) + "\n" for row in rows))
        print(json.dumps({"events": len(hands.sent), "late_ms": round(1000 * late, 1)}))


if __name__ == "__main__":
    main()
