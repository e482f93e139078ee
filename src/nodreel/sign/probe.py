"""``python -m nodreel.sign.probe``: which of the X extensions that recording needs are there.

Asks for names only; selects no input and reads no window. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from nodreel.errors import NodreelError
from nodreel.sign.window import connect

NEEDED = ("XInputExtension", "X-Resource", "Composite", "DAMAGE", "RANDR", "XKEYBOARD")


def main() -> int:
    """Print {"missing": [...]}, or {"error": ...} and return the error's exit code."""
    try:
        connection: Any = connect()
    except NodreelError as error:
        sys.stdout.write(json.dumps({"error": str(error), "advice": error.advice}))
        return error.exit_code
    missing = [name for name in NEEDED if not _has(connection, name)]
    connection.disconnect()
    sys.stdout.write(json.dumps({"missing": missing}))
    return 0


def _has(connection: Any, name: str) -> bool:
    return bool(connection.core.QueryExtension(len(name), name).reply().present)


if __name__ == "__main__":
    sys.exit(main())
