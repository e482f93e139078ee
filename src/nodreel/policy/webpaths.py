"""Paths of pages: whole segments, and nothing that servers read in more than one way. Pure."""

from __future__ import annotations

import re

from nodreel.policy.words import Refused

# dots and slashes in disguise, and disguises of disguises
_DISGUISED = re.compile(r"%(?:25)*(?:2[EeFf]|5[Cc]|00)|[^!-~]|\\|//")
_STEP = re.compile(r"\.{1,2}(?:;.*)?")  # some servers cut a segment at `;` before they look
_PLAIN = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+")


def normal_path(text: str) -> str:
    """Return the path without a slash at its end; ValueError for what is no plain path."""
    if not text.startswith("/"):
        raise Refused("must begin with /", 'Give the path as in "/team"; "/" is the whole host.')
    for sign, what in (("?", "a query"), ("#", "a fragment")):
        if sign in text:
            raise Refused(f"has {what}", "Give the path alone; the rest is never part of a site.")
    if is_devious(text):
        raise Refused(
            "has `..`, `//`, an encoded slash or dot, or an invisible character",
            "Give the plain path, as the address bar shows it.",
        )
    if not _PLAIN.fullmatch(text):
        raise Refused(
            "has characters that no address has", "Copy the address out of the browser instead."
        )
    return text.rstrip("/") or "/"


def is_devious(path: str) -> bool:
    """Whether some server could take the path for another one than it seems to be."""
    return bool(_DISGUISED.search(path)) or any(
        _STEP.fullmatch(segment) for segment in path.split("/")
    )


def is_below(path: str, root: str) -> bool:
    """Whether ``path`` is ``root`` or lies below it, by whole segments."""
    return root in {"/", path} or path.startswith(f"{root}/")
