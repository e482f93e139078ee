"""Where something would be recorded, and how much of it: each app and each site in a line.

A line says what would happen under this policy, not what the policy's words are: keys "full"
without the kind "text" is no text, and a browser without sites is not recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.consent.quoting import inert, quoted
from nodreel.events import Kind
from nodreel.policy.hosts import ALL_BELOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.policy import Category, DesignatedApp, DesignatedSite, Policy, Tier

_KEYS: dict[Tier, str] = {
    "shortcuts": "of keys only shortcuts, moving and deleting",
    "shape": "of text only that you type, not what",
    "full": "also which characters you type, if you say yes to text",
}
_BYSTANDERS = "only if you say yes to {0}; others write there, too"
_NO_BYSTANDERS = "not recorded: this policy does not ask for {0}"


def places(policy: Policy) -> Iterator[str]:
    """Say each app and each site, and what a browser without sites means."""
    for app in policy.apps:
        yield app_line(app, policy)
    for site in policy.sites:
        yield site_line(site, policy)
    has_browser = any(app.browser for app in policy.apps)
    if has_browser and not policy.sites:
        yield "No website is on this list, so nothing in a web browser is recorded."
    elif has_browser:
        yield (
            "In a web browser nothing but these sites, and of its window only the page: no other"
            " tab, no address bar, no bookmarks, and never a private window."
        )
    elif policy.sites:
        yield "No web browser is on this list, so none of these websites is recorded."


def app_line(app: DesignatedApp, policy: Policy) -> str:
    """Say what the app is, and how much of it would be recorded."""
    program = quoted(app.script or app.exe)
    said = [_keys(app.keys, policy), *_category(app.category, policy)]
    if app.browser is None:
        return f"{quoted(app.name)}: the program {program} ({'; '.join(said)})"
    said.insert(0, "only the websites on this list")
    return f"{quoted(app.name)}: the web browser {program} ({'; '.join(said)})"


def site_line(site: DesignatedSite, policy: Policy) -> str:
    """Say where the site is, what of it is left out, and how much would be recorded."""
    place = quoted(site.place)
    if site.host.startswith(ALL_BELOW):
        base = inert(site.host.removeprefix(ALL_BELOW))
        place += f", which is {base} and every host below it"
    if site.path != "/":
        place += ", and what lies below"
    said = [_keys(site.keys, policy), *_category(site.category, policy)]
    if site.masked:
        said.append(f"parts left out: {', '.join(map(quoted, site.masked))}")
    return f"{quoted(site.name)}: the website {place} ({'; '.join(said)})"


def _keys(tier: Tier, policy: Policy) -> str:
    return _KEYS["shape" if tier == "full" and Kind.TEXT not in policy.kinds else tier]


def _category(category: Category | None, policy: Policy) -> Iterator[str]:
    if category is not None:
        asked = Kind(category) in policy.kinds
        yield (_BYSTANDERS if asked else _NO_BYSTANDERS).format(category)
