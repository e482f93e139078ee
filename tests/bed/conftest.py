"""A desktop for the tests of the test desktop itself."""

from tests.bed.fixtures import bed, hands, windows

__all__ = ["bed", "hands", "windows"]
