"""The review key: lets the person look at held episodes, lives in the keyring or not at all."""

from __future__ import annotations

import pyrage

from nodreel.host.keyring import review_key, store_review_key


def review_recipient() -> str | None:
    """Return the public half of the review key, made now if missing; None without a keyring."""
    kept = review_key()
    if kept is not None:
        return str(pyrage.x25519.Identity.from_str(kept).to_public())
    fresh = pyrage.x25519.Identity.generate()
    return str(fresh.to_public()) if store_review_key(str(fresh)) else None
