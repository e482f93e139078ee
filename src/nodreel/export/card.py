"""The card of an export: what it is, under which consent, what it holds and what it cannot hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from nodreel.action import VERSION, ActionKind
from nodreel.errors import StoreError
from nodreel.events import Gap, Withheld

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.export.source import Source

_MEANS: Final = str.maketrans({c: f"&#{ord(c)};" for c in "&<>|`*[]\\"})


def card(
    source: Source, name: str, cannot: tuple[str, ...], counts: dict[str, int]
) -> dict[str, object]:
    """Return what the card says, as JSON holds it."""
    header = source.episode.header
    texts = [a for a in source.actions if a.kind is ActionKind.TYPE]
    return {
        "format": name, "actions_version": VERSION, "episode": header.episode,
        "episodes": len(source.episode.parts), "consent": header.consent, "policy": header.policy,
        "purpose": header.purpose, "apps": list(header.apps), "month": header.month,
        "holds": counts, "cannot_hold": list(cannot),
        "pointer_events_outside_the_screen": source.outside,
        "keys_with_class_only": source.untold, "texts": len(texts),
        "texts_without_characters": sum(a.text is None for a in texts),
        "actions_in_part_inferred": sum(not a.sure for a in source.actions),
        "gaps": sum(isinstance(e, Gap) for e in source.events),
        "withheld": sum(isinstance(e, Withheld) for e in source.events),
        "damage": [str(error)[:400] for error in source.episode.damage[:20]],
    }  # fmt: skip


def write_card(
    source: Source, name: str, cannot: tuple[str, ...], counts: dict[str, int], folder: Path
) -> None:
    """Write card.json and CARD.md; raises StoreError."""
    said = card(source, name, cannot, counts)
    try:
        (folder / "card.json").write_text(json.dumps(said, indent=2) + "\n")
        (folder / "CARD.md").write_text(as_markdown(said))
    except OSError as error:
        raise StoreError(f"Cannot write to {folder}: {error.strerror}.") from error


def as_markdown(said: dict[str, object]) -> str:
    """Return a card for people."""
    lines = ["# A recording by nodreel", "", "| | |", "|---|---|"]
    for name, value in said.items():
        if name not in {"cannot_hold", "damage", "holds"}:
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            lines.append(f"| {name.replace('_', ' ')} | {plain(shown)} |")
    for title, name in (("Holds", "holds"), ("Cannot hold", "cannot_hold"), ("Damage", "damage")):
        value = said[name]
        items = [f"{k}: {v}" for k, v in value.items()] if isinstance(value, dict) else value
        if isinstance(items, list) and items:
            lines += ["", f"## {title}", "", *(f"- {plain(str(item))}" for item in items)]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Return text that means nothing to Markdown or a browser."""
    safe = "".join(c if c.isprintable() else " " for c in text)
    return safe.translate(_MEANS)
