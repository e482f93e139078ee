"""Where something would be recorded, and how much of it: each app and each site in a line.

A line says what would happen under this policy, not what the policy's words are: keys "full"
without the kind "text" is no text, and a browser without sites is not recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.consent.quoting import inert, quoted
from nodreel.events import Kind
from nodreel.language.speech import ENGLISH, message
from nodreel.policy.hosts import ALL_BELOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.language import Speech
    from nodreel.policy import Category, DesignatedApp, DesignatedSite, Policy, Tier

_KEYS: Final[dict[Tier, str]] = {
    "shortcuts": message("of keys only shortcuts, moving and deleting"),
    "shape": message("that you type, not what"),
    "full": message("also which letters you type, if you say yes to text"),
}


def places(policy: Policy, say: Speech = ENGLISH) -> Iterator[str]:
    """Say each app and each site, and what a browser without sites means."""
    for app in policy.apps:
        yield app_line(app, policy, say)
    for site in policy.sites:
        yield site_line(site, policy, say)
    has_browser = any(app.browser for app in policy.apps)
    if has_browser and not policy.sites:
        yield say("No website is on this list, so nothing in a web browser is recorded.")
    elif policy.sites and not has_browser:
        yield say("No web browser is on this list, so none of these websites is recorded.")


def programs(policy: Policy, say: Speech = ENGLISH) -> Iterator[str]:
    """Say which files the apps are, and what of a browser's window is left out."""
    for app in policy.apps:
        file = quoted(app.script or app.exe)
        yield say("{app} is the program {file}.", app=quoted(app.name), file=file)
    if any(app.browser for app in policy.apps) and policy.sites:
        yield say("In a web browser only pages of these sites, and never a private window.")
        yield say("Of a web browser's window only the page: no tabs, address bar or bookmarks.")


def app_line(app: DesignatedApp, policy: Policy, say: Speech = ENGLISH) -> str:
    """Say which app it is, and how much of it would be recorded."""
    said = [say(_keys(app.keys, policy)), *_category(app.category, policy, say)]
    if app.browser is not None:
        said.insert(0, say("only the websites on this list"))
    return say("{place}: {how}", place=quoted(app.name), how="; ".join(said))


def site_line(site: DesignatedSite, policy: Policy, say: Speech = ENGLISH) -> str:
    """Say where the site is, what of it is left out, and how much would be recorded."""
    place = say("{site}, at {address}", site=quoted(site.name), address=quoted(site.place))
    said = []
    if site.host.startswith(ALL_BELOW):
        host = inert(site.host.removeprefix(ALL_BELOW))
        said.append(say("that is {host} and every host below it", host=host))
    if site.path != "/":
        said.append(say("and what lies below"))
    said += [say(_keys(site.keys, policy)), *_category(site.category, policy, say)]
    if site.masked:
        said.append(say("parts left out: {parts}", parts=", ".join(map(quoted, site.masked))))
    return say("{place}: {how}", place=place, how="; ".join(said))


def _keys(tier: Tier, policy: Policy) -> str:
    return _KEYS["shape" if tier == "full" and Kind.TEXT not in policy.kinds else tier]


def _category(category: Category | None, policy: Policy, say: Speech) -> Iterator[str]:
    if category is None:
        return
    kind = say(category)
    if Kind(category) in policy.kinds:
        yield say("only if you say yes to {kind}; others write there, too", kind=kind)
    else:
        yield say("not recorded: this policy does not ask for {kind}", kind=kind)
