"""Eyes first: what was recorded, put so that people can look at it before it leaves."""

from __future__ import annotations
