"""Runs the installed nodreel in a terminal and answers as somebody does who agrees.

``python -m tests.packages.terminal WORDS``, inside the machine, as the person.
"""

from __future__ import annotations

import sys

from tests.cli import person


def agrees(question: str) -> str:
    last = question.rsplit("\n", 1)[-1]
    return "yes" if last.endswith("[yes/NO] ") else "I agree to be recorded"


person.NODREEL = ("/usr/bin/nodreel",)
ended = person.in_terminal(*sys.argv[1:], reply=agrees)
print(ended.text)
sys.exit(ended.code)
