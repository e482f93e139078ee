"""``python -m nodreel.webhost``."""

from __future__ import annotations

import sys

from nodreel.webhost.main import main

sys.exit(main())
