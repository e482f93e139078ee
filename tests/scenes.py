"""Small desktops to judge: designated are an editor `pad` and a browser `web`, not a `term`."""

from __future__ import annotations

from nodreel.events import Kind, Monitor, Nanos, Rect
from nodreel.gate.gate import Rules
from nodreel.policy import DesignatedApp
from nodreel.scene import Process, Scene, Window

MS = 1_000_000
PAD = DesignatedApp(id="pad", name="Pad", exe="/usr/bin/pad", keys="full")
WEB = DesignatedApp(id="web", name="Web", exe="/usr/lib/web/web")
APPS = (PAD, WEB)
RULES = Rules({app.id: app for app in APPS}, frozenset(Kind), keep_synthetic=True)

PROCESSES = {
    "pad": Process(100, 1, "/usr/bin/pad", trusted=True),
    "web": Process(200, 1, "/usr/lib/web/web", trusted=True),
    "term": Process(300, 1, "/usr/bin/term", trusted=True),
}
PLACES = {
    "pad": Rect(0, 0, 400, 300),
    "web": Rect(400, 0, 400, 300),
    "term": Rect(0, 300, 400, 300),
}
IDS = {"pad": 1, "web": 2, "term": 3}


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
) -> Scene:
    """The three windows side by side (or ``windows``) on one 800 x 600 monitor."""
    return Scene(
        t=Nanos(t * MS),
        windows=windows or tuple(window(name) for name in IDS),
        focus=IDS[focus] if focus else None,
        grabbed=grabbed,
        locked=locked,
        epoch=epoch,
        width=800,
        height=600,
        monitors=(Monitor(Rect(0, 0, 800, 600)),),
    )
