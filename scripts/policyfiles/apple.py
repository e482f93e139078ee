"""A configuration profile for macOS with the example's values: the same tables as a plist."""

from __future__ import annotations

import plistlib
import tomllib
import uuid
from typing import Any

from scripts.policyfiles.fields import EXAMPLE

DOMAIN = "org.nodreel.nodreel"
_SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, DOMAIN)


def profile() -> bytes:
    """Return the profile as XML. Nothing in it allows what only a person can allow."""
    settings = tomllib.loads(EXAMPLE.read_text())
    settings.pop("presence")  # the example lets people try it by themselves; who manages leaves it
    content = {**settings, **_payload(DOMAIN, "settings", "What nodreel may record at most")}
    whole: dict[str, Any] = {
        **_payload("Configuration", "profile", "nodreel"),
        "PayloadScope": "System",
        "PayloadDescription": "Narrows what nodreel may record. It cannot consent or start.",
        "PayloadContent": [content],
    }
    return plistlib.dumps(whole)


def _payload(sort: str, name: str, shown: str) -> dict[str, Any]:
    return {
        "PayloadType": sort, "PayloadVersion": 1, "PayloadIdentifier": f"{DOMAIN}.{name}",
        "PayloadUUID": str(uuid.uuid5(_SPACE, name)).upper(), "PayloadDisplayName": shown,
    }  # fmt: skip
