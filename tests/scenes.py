"""Small desktops to judge: designated are an editor `pad`, a reader `web`, not a `term`.

A browser `net` is designated too, in it the sites `wiki` and `desk`; it is there when asked for.
"""

from __future__ import annotations

from nodreel.events import Kind, Monitor, Nanos, Rect
from nodreel.gate.gate import Rules
from nodreel.policy import DesignatedApp, DesignatedSite
from nodreel.scene import Address, Page, Process, Scene, Verdict, Window

MS = 1_000_000
PAD = DesignatedApp(id="pad", name="Pad", exe="/usr/bin/pad", keys="full")
WEB = DesignatedApp(id="web", name="Web", exe="/usr/lib/web/web")
NET = DesignatedApp(id="net", name="Net", exe="/usr/lib/net/net", keys="full", browser="chromium")
APPS = (PAD, WEB, NET)
SITES = (
    DesignatedSite(id="wiki", name="Wiki", host="wiki.example.org", keys="full"),
    DesignatedSite(id="desk", name="Desk", host="desk.example.org"),
)
RULES = Rules(
    {app.id: app for app in APPS},
    frozenset(Kind),
    keep_synthetic=True,
    sites={site.id: site for site in SITES},
)

PROCESSES = {
    "pad": Process(100, 1, "/usr/bin/pad", trusted=True),
    "web": Process(200, 1, "/usr/lib/web/web", trusted=True),
    "term": Process(300, 1, "/usr/bin/term", trusted=True),
    "net": Process(400, 7, "/usr/lib/net/net", trusted=True),
}
PLACES = {
    "pad": Rect(0, 0, 400, 300),
    "web": Rect(400, 0, 400, 300),
    "term": Rect(0, 300, 400, 300),
    "net": Rect(400, 300, 400, 300),
}
IDS = {"pad": 1, "web": 2, "term": 3, "net": 4}
USUAL = ("pad", "web", "term")
VIEWPORT = Rect(400, 340, 400, 260)


def window(name: str, rect: Rect | None = None, *, popup: bool = False, ident: int = 0) -> Window:
    """A window of that program, at its usual place unless told otherwise."""
    place = rect or PLACES[name]
    title = "" if popup else f"{name} title"
    return Window(ident or IDS[name], place, place, PROCESSES[name], popup, title)


def scene(
    t: int = 0,
    *,
    focus: str | None = "pad",
    windows: tuple[Window, ...] = (),
    grabbed: bool = False,
    locked: bool = False,
    epoch: int = 1,
    plain: bool = True,
) -> Scene:
    """The three windows side by side (or ``windows``) on one 800 x 600 monitor."""
    return Scene(
        t=Nanos(t * MS),
        windows=windows or tuple(window(name) for name in (*USUAL, *(("net",) * (focus == "net")))),
        focus=IDS[focus] if focus else None,
        grabbed=grabbed,
        locked=locked,
        epoch=epoch,
        width=800,
        height=600,
        monitors=(Monitor(Rect(0, 0, 800, 600)),),
        plain=plain,
    )


def page(
    t: int = 0,
    *,
    site: str | None = "wiki",
    since: int | None = None,
    path: str = "/start",
    **other: object,
) -> Page:
    """The browser's report of a page of that site, in front and with the keyboard."""
    told: dict[str, object] = {
        "complete": True, "private": False, "title": "net title", "focused": True,
        "viewport": VIEWPORT, "verdict": Verdict.CLEAR,
    } | other  # fmt: skip
    address = Address("https", f"{site}.example.org", 443, path) if site else None
    began = t if since is None else since
    return Page(Nanos(t * MS), Nanos(began * MS), 400, 7, address, **told)  # type: ignore[arg-type]
