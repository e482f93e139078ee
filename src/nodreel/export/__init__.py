"""Episodes in the formats of others: one file each. What a format cannot hold, its card says."""

from __future__ import annotations
