"""The digest is that of the file which really runs."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from nodreel.host.digest import running_digest


def test_digest_of_this_very_program() -> None:
    binary = Path(sys.executable).resolve().read_bytes()
    assert running_digest(os.getpid()) == hashlib.sha256(binary).hexdigest()


def test_no_process_no_digest() -> None:
    assert running_digest(2**22 + 1) is None
