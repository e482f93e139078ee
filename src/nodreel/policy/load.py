"""Policy files to the one effective policy, with the origin of each value.

Managed files (/etc/nodreel/policy.d/*.toml, in the order of their names) win: the first is a
complete policy, each later one and the person's own can only narrow it. Any doubt is an error.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from nodreel.errors import PolicyError, StoreError
from nodreel.host.owned import read_owned
from nodreel.policy.faults import fault, faults, syntax_fault
from nodreel.policy.lines import line_of
from nodreel.policy.model import Policy, Presence
from nodreel.policy.order import conflicts, merge
from nodreel.policy.signature import check_signed, pinned_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from nodreel.paths import Paths
    from nodreel.policy.signature import PolicyKey

LARGEST = 256 * 1024  # bytes of one policy file
MOST_FILES = 64
ROOT = 0
BUILT_IN = "built-in default"


@dataclass(frozen=True, slots=True)
class LoadedPolicy:
    """The effective policy; ``origins`` maps each dotted field to where its value was set.

    ``signed_by``: the id of the pinned key that has signed each managed file; None without one.
    """

    policy: Policy
    origins: Mapping[str, str]
    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()
    signed_by: str | None = None


@dataclass(slots=True)
class _Draft:
    """What has been put together so far."""

    policy: Policy
    origins: dict[str, str]
    notes: list[str] = field(default_factory=list)


def load_policy(paths: Paths, *, managed_owner: int = ROOT) -> LoadedPolicy:
    """Read the managed files and the person's own; raises PolicyError (file, line, what, to do).

    ``managed_owner`` is who must own managed files; nothing outside of the code can set it.
    """
    managed = _managed_files(paths.managed)
    key = pinned_key(paths, managed_owner) if managed else None
    texts = [(path, _managed_text(path, managed_owner, key)) for path in managed]
    is_managed = bool(texts)
    own = _own_text(paths.policy)
    if own is not None:
        texts.append((paths.policy, own))
    if not texts:
        raise PolicyError(
            f"There is no policy: neither {paths.managed} nor {paths.policy} has one.",
            advice=f"Copy config/policy.example.toml to {paths.policy} and adapt it.",
        )
    loaded = combine(texts, is_own=not is_managed)
    return replace(loaded, signed_by=key.id) if key else loaded


def combine(texts: Sequence[tuple[Path, str]], *, is_own: bool = False) -> LoadedPolicy:
    """Start from the first text, narrow by each later one. ``is_own``: no managed file is there."""
    first, *later = texts
    draft = _first(*first, is_own=is_own)
    for path, text in later:
        _narrow(draft, path, text)
    files = tuple(path for path, _ in texts)
    return LoadedPolicy(draft.policy, draft.origins, files, tuple(draft.notes))


def _managed_files(folder: Path) -> list[Path]:
    try:
        files = sorted(path for path in folder.iterdir() if path.name.endswith(".toml"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise PolicyError(
            f"Cannot look into {folder}: {error.strerror}.",
            advice=f"Ask your administrator to make it readable: chmod 755 {folder}",
        ) from error
    if len(files) > MOST_FILES:
        raise PolicyError(f"{folder} has {len(files)} policy files, more than {MOST_FILES}.")
    return files


def _managed_text(path: Path, owner: int, key: PolicyKey | None) -> str:
    try:
        data = read_owned(path, limit=LARGEST, owners={owner}, folders={owner, ROOT})
    except (StoreError, FileNotFoundError) as error:
        raise PolicyError(
            f"The managed policy cannot be trusted: {error}",
            advice="Your administrator must make file and folder root's own, without links and"
            f" without group or other write access: chown root: {path} && chmod 644 {path}",
        ) from error
    if key is not None:
        check_signed(key, path, data, owner)
    return _decoded(path, data)


def _own_text(path: Path) -> str | None:
    try:
        data = read_owned(path, limit=LARGEST, owners=None, folders=None)
    except FileNotFoundError:
        return None
    except StoreError as error:
        raise PolicyError(
            f"Your policy cannot be used: {error}",
            advice=f"Make {path} a plain file of your own: chmod 600 '{path}'",
        ) from error
    return _decoded(path, data)


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PolicyError(
            f"{path}, line {line}: this is not UTF-8 text.", advice="Save the file as UTF-8."
        ) from error


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise syntax_fault(str(path), ValueError(*error.args)) from error


def _validated(path: Path, text: str, data: Mapping[str, Any]) -> Policy:
    """Check against the model as JSON, where arrays are arrays and nothing else is converted."""
    try:
        return Policy.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise faults(str(path), text, error) from error


def _first(path: Path, text: str, *, is_own: bool) -> _Draft:
    data = _parsed(path, text)
    softer = is_own and "presence" not in data
    if softer:
        # A person who records themselves has nobody to prove their presence to.
        data["presence"] = Presence.SYNTHETIC.value
    policy = _validated(path, text, data)
    origins = {
        key: f"{path}:{line_of(text, place)}" if _has(data, place) else BUILT_IN
        for key, place in _fields(policy)
    }
    if softer:
        origins["presence"] = "built-in default of a person's own policy"
    return _Draft(policy, origins)


def _narrow(draft: _Draft, path: Path, text: str) -> None:
    """Lay the file over what is there, and keep what lies within both."""
    data = _parsed(path, text)
    before = draft.policy
    wanted = _validated(path, text, _overlaid(before.model_dump(mode="json"), data))
    for key, difference in conflicts(before, wanted):
        raise fault(
            str(path), text, key.split("."), f"this excludes what {draft.origins[key]} says."
            f" {difference}.", f"Remove `{key}` here: a later file can only narrow.",
        )  # fmt: skip
    draft.policy = merge(before, wanted)
    for key, place in _fields(draft.policy):
        asked, had, has = (_value(p, place) for p in (wanted, before, draft.policy))
        where = f"{path}:{line_of(text, place)}"
        if has != had:
            draft.origins[key] = where
        if has != asked:
            draft.notes.append(
                f"{where}: `{key}` can only narrow; kept as {draft.origins[key]} says"
            )


def _overlaid(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Put the keys of ``over`` into ``base``, tables key by key, all else as a whole."""
    laid = dict(base)
    for key, value in over.items():
        old = laid.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        laid[key] = _overlaid(old, value) if both else value  # type: ignore[arg-type]
    return laid


def _fields(part: BaseModel, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name each field that holds a value, dotted and as a path."""
    for name in type(part).model_fields:
        place = (*prefix, name)
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            yield from _fields(value, place)
        else:
            yield ".".join(place), place


def _has(data: Mapping[str, Any], place: tuple[str, ...]) -> bool:
    for name in place:
        if name not in data:
            return False
        data = data[name]
    return True


def _value(part: BaseModel, place: tuple[str, ...]) -> object:
    value: Any = part
    for name in place:
        value = getattr(value, name)
    return value
