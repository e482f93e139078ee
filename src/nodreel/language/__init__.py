"""What people read, in their own language: catalogues of sentences, ours and the organisation's.

``say = choose(paths)`` once, then ``say("Pause for {minutes} minutes", minutes=15)`` wherever words
are shown: the English sentence is the key. ``message`` marks a sentence that is said later.
"""

from __future__ import annotations

from nodreel.language.choice import choose, languages, remember
from nodreel.language.speech import ENGLISH, Speech, message

__all__ = ["ENGLISH", "Speech", "choose", "languages", "message", "remember"]
