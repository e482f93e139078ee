"""``python -m nodreel.page``."""

from __future__ import annotations

import sys

from nodreel.page.run import main

sys.exit(main())
