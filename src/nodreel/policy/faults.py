"""What is wrong with a policy file: file, line, what, and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nodreel.errors import PolicyError
from nodreel.policy.lines import line_of
from nodreel.policy.words import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError

_SHOWN = 10  # findings; more would not be read
_LONGEST_VALUE = 60
_YES = re.compile(r"consent|grant|force|start|record|enabled|always|auto", re.IGNORECASE)


def fault(name: str, text: str, path: Sequence[str | int], what: str, todo: str) -> PolicyError:
    """Build the error for one finding at the key ``path`` of the file ``name``."""
    return PolicyError(f"{name}, line {line_of(text, path)}: {what}", advice=todo)


def faults(name: str, text: str, error: ValidationError) -> PolicyError:
    """Build one error from everything the model found wrong, in the order of the file."""
    details = [detail for detail in error.errors() if not _is_echo(detail, error)]
    found = sorted((line_of(text, _place(detail)), *_words(detail)) for detail in details)
    lines = [f"{name}, line {line}: {what}" for line, what, _ in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"... and {len(found) - _SHOWN} more.")
    advice = dict.fromkeys(todo for _, _, todo in found[:_SHOWN])
    return PolicyError("\n".join(lines), advice=" ".join(advice))


def syntax_fault(name: str, error: ValueError) -> PolicyError:
    """Build the error for a file that is no TOML; the parser names the line."""
    place = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", str(error))
    line = f", line {place[1]}" if place and place[1] else ", at its end" if place else ""
    what = re.sub(r"\s*\(at .*\)", "", str(error))
    return PolicyError(
        f"{name}{line}: this is not TOML: {what}.",
        advice="Mend that line; compare with config/policy.example.toml.",
    )


def _is_echo(detail: Any, error: ValidationError) -> bool:  # noqa: ANN401  pydantic's ErrorDetails
    """Whether something inside of the same table or list was named already."""
    place = _place(detail)
    return any(
        len(other) > len(place) and other[: len(place)] == place
        for other in map(_place, error.errors())
    )


def _place(detail: Any) -> tuple[str | int, ...]:  # noqa: ANN401  pydantic's ErrorDetails
    place: tuple[str | int, ...] = detail["loc"]
    return place


def _words(detail: Any) -> tuple[str, str]:  # noqa: ANN401  pydantic's ErrorDetails
    """Return what is wrong and what to do, in plain words."""
    key = _dotted(_place(detail))
    context = detail.get("ctx", {})
    value = repr(detail["input"])
    if len(value) > _LONGEST_VALUE:
        value = f"{value[:_LONGEST_VALUE]}..."
    match detail["type"]:
        case "missing":
            return f"`{key}` is missing.", f"Add `{key}`; config/policy.example.toml explains it."
        case "extra_forbidden" if _YES.search(key):
            return (
                f"nodreel knows no `{key}`: no policy can give consent or start a recording.",
                f"Remove `{key}`; only the person can say yes, in `nodreel consent give`.",
            )
        case "extra_forbidden":
            return (
                f"nodreel knows no `{key}`.",
                f"Remove `{key}` or correct its spelling (`nodreel policy schema` lists all).",
            )
        case "value_error":
            error = context["error"]
            todo = error.advice if isinstance(error, Refused) else f"Correct `{key}`."
            return f"`{key}` {error}.", todo
        case "string_pattern_mismatch":
            return f"`{key}` is {value}, which has not the right form.", _form(key)
        case _:
            return (
                f"`{key}` is {value}: {_lower(detail['msg'])}.",
                f"Correct `{key}`; config/policy.example.toml shows what it takes.",
            )


def _form(key: str) -> str:
    if key.endswith("key"):
        return "Give the public age key of the recipient: age1 and 58 letters (`nodreel keys new`)."
    if key.endswith("sha256"):
        return "Give 64 lower-case hexadecimal digits, as `sha256sum FILE` prints them."
    return f"Use lower-case letters, digits, dots and dashes in `{key}`, at most 63."


def _dotted(place: tuple[str | int, ...]) -> str:
    text = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in place)
    return text.lstrip(".") or "policy"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
