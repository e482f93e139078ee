"""``python -m nodreel.agent``."""

from __future__ import annotations

import sys

from nodreel.agent.early import main

sys.exit(main())
