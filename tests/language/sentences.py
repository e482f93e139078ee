"""Every sentence that nodreel says through a language, read from its source."""

from __future__ import annotations

import ast
from pathlib import Path

from nodreel.policy.order import _UNKNOWN, RULES

SOURCE = Path(__file__).parents[2] / "src" / "nodreel"
SAYING = frozenset({"say", "message"})


def said_in(text: str) -> set[str]:
    """Sentences of ``say("...")`` and ``message("...")``, both branches where there are two."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in SAYING:
            found |= {
                part.value for part in ast.walk(node.args[0])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                and not isinstance(node.args[0], ast.Subscript)
            }  # fmt: skip
    return found


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def sentences() -> set[str]:
    """All of them; the words of a policy's fields stand in its order."""
    files = (path for path in SOURCE.rglob("*.py") if path.parent.name != "selftest")
    found = {sentence for path in files for sentence in said_in(path.read_text())}
    rules = {rule.words for rules in RULES.values() for rule in rules.values()}
    return found | rules | {_UNKNOWN.words}
