"""Figures per channel, as one JSON object and as a table for people. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tests.canary.channels import CHANNELS, Keys
from tests.canary.corpus import MARKER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.canary.campaign import Outcome
    from tests.canary.log import Log, Planted
    from tests.canary.search import Found


@dataclass
class Row:
    """What was planted in one channel and what of it was found."""

    channel: str
    guard: str
    strings: int = 0
    colours: int = 0
    strings_found: int = 0
    colours_found: int = 0
    pixels_found: int = 0
    read_found: int = 0
    signs_found: int = 0
    shapes_found: int = 0

    @property
    def leaks(self) -> int:
        """Everything found that this channel must not give away."""
        text = self.strings_found + self.signs_found + self.shapes_found
        return text + self.colours_found + self.read_found


def rows(outcome: Outcome) -> list[Row]:
    """Count by channel."""
    log, found = outcome.log, outcome.found
    strings = Counter(one.canary.channel for one in secret(log))
    colours = Counter(patch.channel for patch in log.patches.values())
    made = {
        name: Row(name, CHANNELS[name].guard, strings[name], colours[name])
        for name in CHANNELS
        if strings[name] or colours[name]
    }
    for number in found.strings:
        if log.planted[number].canary.channel in made:
            made[log.planted[number].canary.channel].strings_found += 1
    for rgb in found.colours.keys() & log.patches.keys():
        pixels = found.colours[rgb]
        row = made[log.patches[rgb].channel]
        row.colours_found += 1
        row.pixels_found += pixels
    channel_of = {one.canary.text: one.canary.channel for one in log.planted}
    for text in found.read:
        name = channel_of[text]
        if name in made:
            made[name].read_found += not CHANNELS[name].seen
    for name, row in made.items():
        row.signs_found = found.signs[name]
        row.shapes_found = too_much(name, found)
    return list(made.values())


def secret(log: Log) -> list[Planted]:
    """Return what must not be found: all but what was typed on purpose."""
    return [one for one in log.planted if one.canary.channel in CHANNELS]


def too_much(channel: str, found: Found) -> int:
    """Count the recorded keys of a channel that may not be there although they say nothing."""
    match CHANNELS[channel].keys:
        case Keys.NOTHING:
            return found.shapes[channel] + found.others[channel]
        case Keys.OTHERS:
            return found.shapes[channel]
        case Keys.CLASSES:
            return 0


def figures(outcome: Outcome) -> dict[str, object]:
    """Return everything as plain values."""
    counted = rows(outcome)
    found = outcome.found
    return {
        "channels": [asdict(row) | {"leaks": row.leaks} for row in counted],
        "strings": sum(row.strings for row in counted),
        "colours": sum(row.colours for row in counted),
        "leaks": sum(row.leaks for row in counted),
        "failures": outcome.log.failures,
        "again": outcome.log.again,
        "files": found.files,
        "opened": found.opened,
        "bytes": found.bytes,
        "records": found.records,
        "keys": found.keys,
        "pictures": found.pictures,
        "pixels": found.pixels,
        "read_pictures": found.read_pictures,
        "useful": usefulness(outcome),
        "seconds": {name: round(took, 1) for name, took in outcome.seconds.items()},
    }


def usefulness(outcome: Outcome) -> dict[str, object]:
    """Return what was kept of what was done on purpose: shares from 0 to 1, menus by name."""
    kept, log, found = outcome.kept, outcome.log, outcome.found
    groups = sorted({deed.group for deed in log.deeds})
    return {
        "done": {f"{group}, {what}": n for (group, what), n in sorted(kept.done.items())},
        "kept": {group: round(kept.share([group]), 4) for group in groups},
        "elements": {group: round(kept.with_element([group]), 4) for group in groups},
        "words": dict(
            Counter(
                log.planted[number].canary.channel.removeprefix(f"{MARKER}, ")
                for number in found.strings
                if log.planted[number].canary.channel not in CHANNELS
            )
        ),
        "menus": {name: found.colours[patch.rgb] for name, patch in log.markers.items()},
    }


def table(outcome: Outcome) -> str:
    """Return the figures for people."""
    heads = ("strings", "colours", "text", "colours", "pixels", "read", "signs", "shapes")
    lines = [f"{'':26}{'planted':>18} |{'found':>8}", line("channel", heads, "guard")]
    lines += [
        line(
            row.channel,
            (row.strings, row.colours, row.strings_found, row.colours_found, row.pixels_found,
             row.read_found, row.signs_found, row.shapes_found),
            row.guard,
        )
        for row in rows(outcome)
    ]  # fmt: skip
    return "\n".join(lines)


def line(channel: str, counts: Sequence[object], guard: str) -> str:
    cells = [f"{count:>9}" for count in counts]
    return f"{channel:26}{''.join(cells[:2])} |{''.join(cells[2:])}   {guard}"


def whereabouts(outcome: Outcome, most: int = 40) -> list[str]:
    """Say of what was found where it was found."""
    log, found = outcome.log, outcome.found
    told = [
        f"{log.planted[number].canary.channel}: {log.planted[number].canary.text} in {place}"
        for number, places in found.strings.items()
        if log.planted[number].canary.channel in CHANNELS
        for place in sorted(places)[:2]
    ]
    channel_of = {one.canary.text: one.canary.channel for one in log.planted}
    told += [
        f"{channel_of[text]}: {text} read while exposing {', '.join(where)}"
        for text, where in found.read.items()
        if channel_of[text] in CHANNELS and not CHANNELS[channel_of[text]].seen
    ]
    return told[:most]
