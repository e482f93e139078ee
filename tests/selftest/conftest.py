"""A desktop of its own for the tests that show a window."""

from __future__ import annotations

from tests.bed.fixtures import bed, hands, windows

__all__ = ["bed", "hands", "windows"]
