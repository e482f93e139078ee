"""What in a valid policy is probably not meant: said by ``nodreel policy check``, never an error.

Each doubt is about something that would not be recorded although the policy lists it, or about
people who would be surprised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import Kind
from nodreel.policy.hosts import ALL_BELOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.policy.apps import DesignatedApp
    from nodreel.policy.model import Policy
    from nodreel.policy.sites import DesignatedSite

# The first label of a host that often says what is there.
_SOUNDS_LIKE = {
    "mail": {"mail", "webmail", "email", "owa", "outlook", "imap", "roundcube", "exchange", "post"},
    "chat": {"chat", "talk", "meet", "teams", "slack", "mattermost", "rocket", "zulip", "matrix",
             "element", "jitsi", "webex", "zoom", "messenger", "im", "call"},
}  # fmt: skip


def doubts(policy: Policy) -> Iterator[str]:
    """Yield one sentence per doubt, beginning with what it is about."""
    yield from _browsers(policy)
    yield from _text(policy)
    yield from _categories(policy)
    for site in policy.sites:
        yield from _site(site)
    if Kind.ACCESSIBILITY not in policy.kinds and {Kind.TEXT, Kind.ELEMENTS} & {*policy.kinds}:
        yield (
            "kinds: text and elements of apps come through the desktop's accessibility; where that"
            ' is off they stay empty unless "accessibility" is asked for, too.'
        )


def _browsers(policy: Policy) -> Iterator[str]:
    browsers = [app for app in policy.apps if app.browser is not None]
    if not policy.sites:
        for app in browsers:
            yield f"{app.id}: a browser without [[sites]]; nothing in it is recorded."
    elif not browsers:
        yield "sites: no app is a browser (`browser`), so no site is recorded."


def _text(policy: Policy) -> Iterator[str]:
    kinds = policy.kinds
    parts: list[DesignatedApp | DesignatedSite] = [*policy.apps, *policy.sites]
    full = [part for part in parts if part.keys == "full"]
    if Kind.TEXT in kinds and Kind.KEYS not in kinds:
        yield 'kinds: "text" needs "keys"; it is not asked for.'
    elif Kind.TEXT in kinds and not full:
        yield 'kinds: "text" is asked for, but no app or site has keys = "full".'
    elif Kind.TEXT not in kinds:
        for part in full:
            yield f'{part.id}: keys = "full" means "shape" while kinds has no "text".'
    browsers = [app.keys for app in policy.apps if app.browser is not None]
    for site in policy.sites:
        if site.keys == "full" and browsers and "full" not in browsers:
            yield f'{site.id}: keys = "full" has no effect; no browser has it, and less counts.'


def _categories(policy: Policy) -> Iterator[str]:
    parts: list[DesignatedApp | DesignatedSite] = [*policy.apps, *policy.sites]
    for part in parts:
        if part.category is not None and Kind(part.category) not in policy.kinds:
            yield f'{part.id}: never recorded while kinds has no "{part.category}".'
    for kind in (Kind.MAIL, Kind.CHAT):
        if kind in policy.kinds and not any(part.category == kind.value for part in parts):
            yield f'kinds: "{kind}" is asked for, but no app or site has that category.'


def _site(site: DesignatedSite) -> Iterator[str]:
    first = site.host.removeprefix(ALL_BELOW).partition(".")[0]
    for sort, words in _SOUNDS_LIKE.items():
        if site.category is None and first in words:
            yield f'{site.id}: {site.host} sounds like {sort}; if it is, add category = "{sort}".'
    if site.scheme == "http" and site.host != "localhost":
        yield f"{site.id}: http is not protected; whoever is on the way can pose as {site.host}."
