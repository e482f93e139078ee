from __future__ import annotations

from tests.bed.fixtures import bed

__all__ = ["bed"]
