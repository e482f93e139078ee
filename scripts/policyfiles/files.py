"""Which files follow from the policy's model, and what has to stand in them."""

from __future__ import annotations

import json

from nodreel.policy import schema
from scripts.policyfiles import apple, browsers, documentation, windows


def files() -> dict[str, bytes]:
    """Return each file's content by its name in the repository."""
    texts = {
        "config/policy.schema.json": json.dumps(schema(), indent=2) + "\n",
        "config/nodreel.admx": windows.admx(),
        "config/nodreel.adml": windows.adml(),
        "config/nodreel.mobileconfig": apple.profile().decode(),
        "config/managed-chromium.json": browsers.chromium(),
        "config/managed-firefox.json": browsers.firefox(),
        "docs/policy.md": documentation.document(),
    }
    return {name: text.encode() for name, text in texts.items()}
