"""Face of the browsers: an extension, and the native host that carries its words to the agent.

The host is a process of its own, so that nothing a browser sends or does can hurt the agent.
"""

from __future__ import annotations
