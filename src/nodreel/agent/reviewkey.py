"""The review key: lets the person look at held episodes, lives in the keyring or not at all."""

from __future__ import annotations

from contextlib import suppress

import pyrage

from nodreel.host.keyring import review_key, store_review_key


def review_recipient() -> str | None:
    """Return the public half of the review key, made now if missing; None without a keyring."""
    kept = review_key()
    if kept is not None:
        with suppress(pyrage.IdentityError):  # damaged, or another program's: it opens nothing
            return str(pyrage.x25519.Identity.from_str(kept).to_public())
    fresh = pyrage.x25519.Identity.generate()
    return str(fresh.to_public()) if store_review_key(str(fresh)) else None
