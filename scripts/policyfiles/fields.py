"""Every field of a policy, as its one model says it: what all generated files are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nodreel.policy import Policy, order, schema
from nodreel.policy.lines import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nodreel.policy.order import Rule

Sort = Literal["text", "number", "integer", "boolean", "choice", "texts", "tables"]
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config" / "policy.example.toml"
SPARE = {
    "version": "goes up with each change; an older one coming back means asking again",
    "presence": "proof of presence a yes needs",
    "not_purposes": "what the recordings are never used for",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One value a policy can hold; ``path`` leads there, ``members`` are those of each table."""

    path: tuple[str, ...]
    sort: Sort
    needed: bool
    default: object
    meaning: str
    rule: Rule
    said: dict[str, Any]
    members: tuple[Field, ...] = ()

    @property
    def dotted(self) -> str:
        return ".".join(self.path)

    @property
    def words(self) -> str:
        """What it is, as the example says it, or the rule where that says little."""
        whole = self.meaning and not self.meaning.startswith(("or ", "may be "))
        return self.meaning if whole else "; ".join(filter(None, (self.rule.words, self.meaning)))

    @property
    def bounds(self) -> str:
        """What it may be, in a few words."""
        low = self.said.get("minimum", self.said.get("exclusiveMinimum"))
        match self.sort:
            case "choice":
                return " · ".join(map(str, self.said["enum"]))
            case "boolean":
                return "true · false"
            case "integer" | "number":
                more = "more than " if "exclusiveMinimum" in self.said else ""
                return f"{more}{low} to {self.said['maximum']}"
            case "texts" | "tables":
                return f"{self.said.get('minItems', 0)} to {self.said['maxItems']} of them"
            case _:
                longest = self.said.get("maxLength")
                return f"at most {longest} characters" if longest else "one word of fixed form"

    @property
    def narrower(self) -> str:
        """Which change of it applies without asking: tried on the rule itself."""
        match self.sort:
            case "integer" | "number" | "boolean":
                small, large = (False, True) if self.sort == "boolean" else (1, 2)
                names = ("false", "true") if self.sort == "boolean" else ("less", "more")
                return names[0] if self.rule.fits(small, large) else names[1]
            case "choice":
                values = self.said["enum"]
                below = [f"{a} instead of {b}" for a in values for b in values
                         if a != b and self.rule.fits(a, b)]  # fmt: skip
                return ", ".join(below) or "none"
            case "texts" | "tables":
                return "more of them" if self.rule.shields else "fewer of them"
            case _:
                return "a value where there was none" if self.rule.fits("a", None) else "none"


def fields() -> tuple[Field, ...]:
    """Return every field of a policy, in the model's order."""
    whole = schema()
    return tuple(_walk(whole, whole["$defs"], (), Policy.__name__))


def _walk(
    part: dict[str, Any], parts: dict[str, Any], path: tuple[str, ...], owner: str
) -> Iterator[Field]:
    for name, said in part["properties"].items():
        found, kind = _resolved(said, parts)
        here = (*path, name)
        if kind and found.get("type") == "object":
            yield from _walk(found, parts, here, kind)
            continue
        item, of = _resolved(found.get("items", {}), parts)
        members = tuple(_walk(item, parts, here, of)) if of and "properties" in item else ()
        yield Field(
            here, _sort(found, is_table=bool(members)), name in part.get("required", ()),
            said.get("default"), _meaning(here), RULES[owner].get(name, UNRULED), found, members,
        )  # fmt: skip


UNRULED = order.Rule("", lambda new, old: new == old, max)
RULES: Mapping[str, Mapping[str, Rule]] = {
    part.__name__: rules for part, rules in order.RULES.items()
}


def _resolved(said: dict[str, Any], parts: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Follow a reference, and past a null that only says that it may be missing."""
    options = [one for one in said.get("anyOf", ()) if one.get("type") != "null"]
    if options:
        said = options[0]
    kind = said.get("$ref", "").rpartition("/")[2]
    return (parts[kind], kind) if kind else (said, "")


def _sort(said: dict[str, Any], *, is_table: bool) -> Sort:
    if is_table:
        return "tables"
    if "enum" in said:
        return "choice"
    sorts: dict[str, Sort] = {"string": "text", "array": "texts"}
    found: str = said["type"]
    return sorts.get(found, found)  # type: ignore[arg-type]


def _meaning(path: tuple[str, ...]) -> str:
    """Return what the example says of a field, behind its value; "" when it says nothing."""
    text = re.sub(r"^# (?=\[upload\]|[a-z_0-9]+ = )", "", EXAMPLE.read_text(), flags=re.MULTILINE)
    lines = text.splitlines()
    for place in (path, (path[0], 0, *path[1:]), (path[0], 1, *path[1:])):
        line = lines[line_of(text, place) - 1]
        if not re.match(rf"\s*{path[-1]}\s*=", line):
            continue
        number = line_of(text, place)
        said = [line.partition(" # ")[2].strip()]
        while number < len(lines) and re.match(r"\s{8,}#", lines[number]) and said[0]:
            said.append(lines[number].strip().lstrip("#").strip())
            number += 1
        return " ".join(filter(None, said)) or SPARE.get(path[-1], "")
    return SPARE.get(path[-1], "")
