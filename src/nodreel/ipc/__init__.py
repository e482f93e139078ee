"""The control socket: what may be asked of the agent (never: start, consent) and how it travels."""

from __future__ import annotations
