"""Local web pages for the person: consent, review, what is recorded. Loopback only, no script."""

from __future__ import annotations
