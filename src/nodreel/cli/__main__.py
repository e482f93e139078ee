"""``python -m nodreel.cli``: the same as the command ``nodreel``."""

from __future__ import annotations

from nodreel.cli.main import main

main(prog_name="nodreel")
