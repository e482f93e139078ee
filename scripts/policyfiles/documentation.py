"""docs/policy.md: what a policy can say, which change of it asks again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scripts.policyfiles.fields import fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scripts.policyfiles.fields import Field

_HEAD = """\
# What a policy can say

This file is written by `scripts/policy_files` out of the model that nodreel itself uses; a test keeps it fresh. There is nothing else
that a policy could say: an unknown key is an error, and there is no key that consents, starts or forces anything.

Managed policies lie in `/etc/nodreel/policy.d/*.toml`, root's and not writable by others; the first is complete, each later one and the person's
own can only narrow ([decision 0103](decisions/0103-later-policies-only-narrow.md)). `nodreel policy explain` says which file and line set each value.
Where `/etc/nodreel/policy.pub` lies, each managed file needs a signature beside it ([decision 1221](decisions/1221-a-pinned-key-signs-policies.md)).

*Narrower is* names the change that applies within seconds and without a question. Every other change is wider: recording stops until the person has agreed to the
difference. [policy-changes.md](policy-changes.md) shows what happens with each.
"""


def document() -> str:
    """Return the whole page."""
    parts = [_HEAD]
    plain = [field for field in fields() if field.sort != "tables"]
    for heading in dict.fromkeys(field.path[0] if len(field.path) > 1 else "" for field in plain):
        rows = [f for f in plain if (f.path[0] if len(f.path) > 1 else "") == heading]
        parts.append(_table(f"`[{heading}]`" if heading else "At the top", rows))
    for field in fields():
        if field.sort == "tables":
            parts.append(_table(f"`[[{field.dotted}]]`: {field.bounds}", field.members))
            more = "A missing one is wider." if field.rule.shields else "A new one is wider."
            parts.append(f"{more}\n")
    return "\n".join(parts)


def _table(heading: str, rows: Iterable[Field]) -> str:
    lines = [f"## {heading}\n", "| key | what it is | may be | unless given | narrower is |",
             "|---|---|---|---|---|"]  # fmt: skip
    return "\n".join([*lines, *map(_row, rows)]) + "\n"


def _row(field: Field) -> str:
    unless = (
        "must be given" if field.needed else json.dumps(field.default).replace("null", "nothing")
    )
    cells = (f"`{field.path[-1]}`", field.words, field.bounds, unless, field.narrower)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
