"""Whether now is a good moment: the person's own switch, quiet hours, battery, metered connection.

What the person's ``preferences.toml`` says in ``[upload]`` can only take away: ``off``,
``max_kib_s``, ``daily_mb``, ``quiet_hours``, ``automatic = false``. What there
makes no sense stops sending, and says so.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from nodreel.policy import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodreel.clock import WallNanos

_FEWER = ("max_kib_s", "daily_mb")


def narrowed(upload: Upload, own: Mapping[str, Any]) -> Upload | str:
    """Return the policy's table with the person's wishes in it, or why nothing may be sent."""
    if own.get("off", False) is not False:
        return "You have switched sending off, in preferences.toml."
    wanted = {name: value for name, value in own.items() if name not in {"off", "automatic"}}
    automatic = own.get("automatic", True)
    if not isinstance(automatic, bool):
        return "What preferences.toml says in [upload] makes no sense."
    unknown = wanted.keys() - {*_FEWER, "quiet_hours"}
    if unknown:
        return f"preferences.toml has {min(unknown)!r} in [upload], which means nothing."
    told = upload.model_dump(mode="json")
    quiet = wanted.pop("quiet_hours", [])
    try:
        checked = Upload.model_validate_json(
            Upload(
                to=upload.to, inbox_key=upload.inbox_key,
                quiet_hours=tuple(dict.fromkeys((*upload.quiet_hours, *quiet))),
                **wanted,
            ).model_dump_json()
        )  # fmt: skip
    except (ValidationError, TypeError, ValueError):
        return "What preferences.toml says in [upload] makes no sense."
    fewer = {name: min(told[name], wanted[name]) for name in wanted}
    rest = {"quiet_hours": checked.quiet_hours, "automatic": automatic and upload.automatic}
    return upload.model_copy(update=fewer | rest)


def why_wait(
    upload: Upload, now: WallNanos, *, battery: float | None, metered: bool | None
) -> str | None:
    """Return why nothing should be sent now, in a sentence; None: nothing speaks against it.

    ``battery``: charge while it is drawn on; ``metered`` None: nobody on this machine knows.
    """
    local = datetime.fromtimestamp(now / 1e9, tz=UTC).astimezone()
    minute = local.hour * 60 + local.minute
    for hours in upload.quiet_hours:
        if _within(hours, minute):
            return f"It is quiet between {hours.replace('-', ' and ')}."
    if battery is not None and not upload.battery:
        return "The machine runs on its battery."
    if metered and not upload.metered:
        return "The connection costs by volume, or may do so."
    return None


def _within(hours: str, minute: int) -> bool:
    first, last = (int(at[:2]) * 60 + int(at[3:]) for at in hours.split("-"))
    return first <= minute < last if first < last else minute >= first or minute < last
