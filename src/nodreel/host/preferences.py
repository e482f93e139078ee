"""What the person likes better another way: a small file of their own, and nothing in it is a yes.

``preferences.toml`` has tables; whoever needs one reads it and checks what it says. A file that is
missing, damaged, too large or could have been written by somebody else counts as empty.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from nodreel.errors import StoreError
from nodreel.host.owned import read_owned

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

NAME: Final = "preferences.toml"
LARGEST: Final = 16 * 1024


def preferences(folder: Path, table: str) -> dict[str, Any]:
    """Return one table of the file in ``folder``; empty when there is none or it is no table."""
    try:
        raw = read_owned(folder / NAME, limit=LARGEST, owners=None, folders=None)
        import tomllib  # noqa: PLC0415  nearly nobody has such a file

        found = tomllib.loads(raw.decode()).get(table, {})
    except FileNotFoundError:
        return {}
    except (StoreError, ValueError, RecursionError) as error:
        log.warning("preferences: %s", type(error).__name__)
        return {}
    return found if isinstance(found, dict) else {}
