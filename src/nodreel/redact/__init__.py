"""Scrubbing for release: what names or betrays people goes from events and pixels alike.

For researchers, after recording: ``scrub(episode, folder, recipients=[...])`` writes a valid
episode of the same times without what was found; the original stays as it is.
"""

from __future__ import annotations

from nodreel.redact.finders import Rules
from nodreel.redact.release import Report, scrub

__all__ = ["Report", "Rules", "scrub"]
