"""What a store answered, in plain words, and whether trying again may help.

The library says the status in its text alone; all else of that text stays out of what people see,
since it names addresses at length.
"""

from __future__ import annotations

import re
from typing import Final

from nodreel.errors import UploadError

_STATUS: Final = re.compile(r"status code: (\d{3})")
_LATER: Final = {408, 409, 423, 425, 429}
_NO_ENTRY: Final = {401, 403}
_MISSING: Final = 404
_SERVER: Final = 500
_REDIRECT: Final = range(300, 400)


def sorted_out(error: Exception) -> UploadError:
    """Return the failure of a request as what a person, or the next try, can use."""
    text = str(error)
    found = _STATUS.search(text)
    if found is not None:
        return by_status(int(found[1]))
    if "InvalidCertificate" in text or "certificate" in text.lower():
        return UploadError(
            "The store's certificate is not one that may be believed; nothing was sent.",
            advice="On a guest network this is usual: try elsewhere. Else ask whoever runs the"
            " store; `ca` in the policy names the authority that vouches for it.",
            again=False,
        )
    if "PermissionDenied" in text or isinstance(error, PermissionError):
        return by_status(403)
    return UploadError("The store cannot be reached just now, or the connection broke off.")


def by_status(status: int) -> UploadError:
    """Return what an HTTP status means for us."""
    if status in _LATER or status >= _SERVER:
        return UploadError(f"The store is busy or out of order (status {status}).")
    if status in _REDIRECT:
        return UploadError(
            f"The store wants to send us elsewhere (status {status}). nodreel goes nowhere but"
            " where the policy says.",
            advice="Ask whoever writes the policy: `endpoint` or `region` is not right.",
            again=False,
        )
    if status in _NO_ENTRY:
        return UploadError(
            f"The store does not let us in (status {status}): the credentials are missing, over or"
            " not for this.",
            advice="Ask whoever runs the store for new ones; see `nodreel upload --help`.",
            again=False,
        )
    if status == _MISSING:
        return UploadError(
            "The store knows no such bucket (status 404).",
            advice="Ask whoever writes the policy: `to` in [upload] names the bucket.",
            again=False,
        )
    return UploadError(
        f"The store refuses what was sent (status {status}).",
        advice="Trying again does not help; show this to whoever runs the store.",
        again=False,
    )
