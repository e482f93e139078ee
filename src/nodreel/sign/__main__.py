"""``python -m nodreel.sign``."""

from __future__ import annotations

import sys

from nodreel.sign.run import main

sys.exit(main())
