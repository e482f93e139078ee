"""The visible sign: on whenever recording is, in a process of its own."""

from __future__ import annotations
