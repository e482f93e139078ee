"""What a browser shows and is given: tabs, bars, frames, fields, private windows, other sites."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.bed.bed import wait_for
from tests.canary.exposures.fields import with_slips
from tests.canary.site import field, shown
from tests.canary.stage import FRAME, LEFT, PlantingError

if TYPE_CHECKING:
    from tests.canary.browsing import Browsing
    from tests.canary.corpus import Canary, Patch
    from tests.canary.stage import Stage

TOGGLE = "<button id=show style='top:{top}px' onclick=\"{do}\">Show password</button>"
SHOW = "pw.type=pw.type=='text'?'password':'text'"


def page(stage: Stage, web: Browsing, name: str, body: str, title: str = "Work") -> None:
    """Make a page of the designated site and open it in front."""
    web.front()
    web.site.put(f"/{name}", web.anchor, body, title)
    web.go(web.site.ours(name))
    web.find()
    if not web.recording():
        raise PlantingError(f"{name} of the designated site is not recorded")
    stage.rest(0.1)


def password(stage: Stage, web: Browsing) -> None:
    """Typed into a password field by mouse and by Tab, and into one in a closed shadow tree."""
    channel = f"password, {web.name}"
    (patch,) = stage.corpus.colours(channel, 1)
    body = field("note", 0) + field("pw", 1, "type=password", patch.css)
    page(stage, web, "password.html", body)
    words = stage.words(channel, 30)
    with stage.exposure(channel):
        for number, canary in enumerate(words):
            if number % 3 == 0:
                stage.click(web.at(0))
                stage.hands.tap("Tab")
            slips = with_slips(canary.text, number) if number % 5 == 0 else None
            web.plant("pw", None if number % 3 == 0 else web.at(1), canary, slips)
        leave_there(stage, web, "pw", web.at(1), stage.words(channel, 1)[0], patch)


def leave_there(  # noqa: PLR0917
    stage: Stage, web: Browsing, name: str, area: object, canary: Canary, patch: Patch
) -> None:
    """Type once more and leave it, while the keyboard goes elsewhere: its colour stays shown."""
    stage.click(area)  # type: ignore[arg-type]
    stage.plant_typed(canary)
    web.confirm(name, canary)
    stage.confirm_colours([patch])
    stage.rest()
    stage.click(web.at(0))
    stage.rest()


def shown_password(stage: Stage, web: Browsing) -> None:
    """Typed with "show password" on, and looked at after the keyboard went elsewhere."""
    channel = f"shown password, {web.name}"
    (patch,) = stage.corpus.colours(channel, 1)
    body = field("note", 0) + field("pw", 1, "type=password", patch.css)
    page(stage, web, "shown.html", body + TOGGLE.format(top=200, do=SHOW))
    first, *words = stage.words(channel, 18)
    with stage.exposure(channel):
        web.plant("pw", web.at(1), first)
        stage.click(web.at(4))
        for canary in words[:-1]:
            web.plant("pw", web.at(1), canary)
        leave_there(stage, web, "pw", web.at(1), words[-1], patch)


def codes(stage: Stage, web: Browsing) -> None:
    """Typed into fields for cards, codes, veiled text, and into a closed shadow tree."""
    channel = "card and code fields"
    patches = stage.corpus.colours(channel, 3)
    kinds = ("autocomplete=cc-number", "autocomplete=one-time-code", "class=veil")
    fields = [field(f"f{n}", n + 1, how, patches[n].css) for n, how in enumerate(kinds)]
    style = "<style>.veil{-webkit-text-security:disc}</style>"
    page(stage, web, "codes.html", style + field("note", 0) + "".join(fields))
    with stage.exposure(channel):
        for n in range(len(kinds)):
            for canary in stage.words(channel, 5):
                web.plant(f"f{n}", web.at(n + 1), canary)
            (last,) = stage.words(channel, 1)
            leave_there(stage, web, f"f{n}", web.at(n + 1), last, patches[n])


def foreign_frame(stage: Stage, web: Browsing) -> None:
    """A frame of another site inside a designated page: shown, and typed into."""
    channel = "foreign frame"
    for n in range(2):
        lines, patches = stage.words(channel, 6), stage.corpus.colours(channel, 2)
        (other,) = stage.corpus.colours("anchor", 1)
        inner = field("inside", 0) + "<div style='height:70px'></div>" + shown(lines, patches)
        web.site.put(f"/inner{n}.html", other, inner)
        source = web.site.theirs(f"inner{n}.html")
        body = field("note", 0) + f'<iframe src="{source}" style="top:100px;height:420px"></iframe>'
        page(stage, web, f"outer{n}.html", body)
        with stage.exposure(channel):
            stage.confirm_colours(patches)
            stage.plant_shown(lines)
            stage.rest()
            inside = web.at(0)
            area = type(inside)(inside.x + 40, inside.y + 100, inside.w, inside.h)
            for canary in stage.words(channel, 5):
                web.plant("inside", area, canary)


def masked_part(stage: Stage, web: Browsing) -> None:
    """What the policy masks on a designated site, scrolled about and changing."""
    channel = "masked part"
    for n in range(2):
        lines, patches = stage.words(channel, 8), stage.corpus.colours(channel, 2)
        part = f'<div style="height:150px"></div><div class=private>{shown(lines, patches)}</div>'
        filler = "".join(f"<p>Line {i}</p>" for i in range(60))
        page(stage, web, f"masked{n}.html", field("note", 0) + part + filler)
        with stage.exposure(channel):
            stage.confirm_colours(patches)
            stage.plant_shown(lines)
            spot = web.at(8)
            stage.hands.move(spot.x, spot.y)
            for step in range(8):
                stage.hands.scroll(0, -1 if step < 4 else 1)
                stage.rest(0.08)
            stage.rest()


def elsewhere(stage: Stage, web: Browsing, channel: str, name: str) -> tuple[str, list[Patch]]:
    """Make a page of the foreign site; returns its name and colours."""
    lines, patches = stage.words(channel, 8), stage.corpus.colours(channel, 1)
    icon = patches[0].css[1:]
    web.site.put(
        f"/{name}", web.anchor, field("there", 0) + f"<br><br><br>{shown(lines[1:], patches)}",
        lines[0].text, icon,
    )  # fmt: skip
    stage.plant_shown(lines)
    return name, patches


def redirect(stage: Stage, web: Browsing) -> None:
    """A link of the designated site that leads to another one; typed into at once."""
    channel = "redirect"
    for n in range(3):
        name, patches = elsewhere(stage, web, channel, f"far{n}-{web.kind}.html")
        web.site.redirects[f"/go{n}"] = web.site.theirs(name)
        body = f'<button onclick="location=\'/go{n}\'" style="top:24px">Go</button>'
        page(stage, web, f"near{n}.html", body)
        with stage.exposure(channel):
            before = len(web.site.said)
            stage.click(web.at(0))
            web.wait_ready(before)
            stage.confirm_colours(patches)
            for canary in stage.words(channel, 4):
                web.plant("there", web.at(0), canary)
            stage.rest()


def other_tab(stage: Stage, web: Browsing) -> None:
    """A tab of another site: behind the designated one, in front of it, and switched to and fro."""
    page(stage, web, "tab.html", field("note", 0) + "<br><br><p>Work</p>")
    channel, strip = "other tab", "tab strip"
    name, patches = elsewhere(stage, web, channel, f"tab-{web.kind}.html")
    title, (icon,) = stage.words(strip, 1)[0], stage.corpus.colours(strip, 1)
    (anchor,) = stage.corpus.colours("anchor", 1)
    for number in range(2):
        lines = stage.words(strip, 1)
        web.site.put(f"/strip{number}.html", anchor, "<p>x</p>", lines[0].text, icon.css[1:])
        web.press("Control_L", "t")
        web.go(web.site.theirs(f"strip{number}.html"))
        stage.plant_shown(lines)
    web.press("Control_L", "t")
    with stage.exposure(channel):
        web.go(web.site.theirs(name))
        stage.confirm_colours(patches)
        for canary in stage.words(channel, 6):
            web.plant("there", web.at(0), canary)
        for _ in range(4):
            web.tab("1")
            stage.click(web.at(0))
            web.tab("9")
            (canary,) = stage.words(channel, 1)
            web.plant("there", web.at(0), canary)
    with stage.exposure(strip):
        web.tab("1")
        stage.confirm_colours([icon], 60)
        for canary in (title, *stage.words(strip, 8)):
            web.site.put("/strip.html", anchor, "<p>x</p>", canary.text, icon.css[1:])
            web.tab("9")
            web.go(web.site.theirs("strip.html"))
            web.tab("1")
            stage.plant_shown([canary])
            if not web.recording():  # or the strip would be exposed to nobody
                raise PlantingError("the designated tab is not recorded again")
            stage.click(web.at(0))
            stage.rest(0.1)
    for _ in range(3):
        web.tab("9")
        web.press("Control_L", "w")


def omnibox(stage: Stage, web: Browsing) -> None:
    """Typed into the address bar of a designated page, with what drops down from it."""
    channel = "omnibox"
    page(stage, web, "bar.html", field("note", 0))
    for number, canary in enumerate(stage.words(channel, 15)):
        stage.click(web.at(0))
        with stage.exposure(channel):  # each by itself: one picture of it is read while it shows
            stage.hands.tap("Control_L", "l")
            if number % 2:
                time.sleep(0.1)
            stage.plant_typed(canary)
            stage.rest()
        web.press("Escape")
        web.press("Escape")


def values(stage: Stage, web: Browsing) -> None:
    """What stands in fields of a page that are clicked on."""
    channel = "element value"
    words = stage.words(channel, 8)
    how = [f'value="{canary.text}"' for canary in words[:6]]
    fields = [field(f"v{n}", n + 1, each) for n, each in enumerate(how)]
    style = "position:absolute;left:40px;width:340px;height:28px;top"
    page(stage, web, "values.html", field("note", 0) + "".join(fields) +
         f'<textarea style="{style}:332px">{words[6].text}</textarea>'
         f'<div contenteditable style="{style}:376px">{words[7].text}</div>')  # fmt: skip
    with stage.exposure(channel):
        stage.plant_shown(words)
        for row in range(1, 9):
            stage.click(web.at(row))
            stage.rest(0.15)


def query(stage: Stage, web: Browsing) -> None:
    """In the query and the fragment of designated addresses."""
    channel = "query string"
    page(stage, web, "query.html", field("note", 0))
    words = stage.words(channel, 12)
    with stage.exposure(channel):
        for one, other in zip(words[::2], words[1::2], strict=True):
            before = len(web.site.said)
            web.go(web.site.ours(f"query.html?session={one.text}#{other.text}"), ready=False)
            web.wait_ready(before)
            stage.plant_shown([one, other])
            web.recording()
            stage.click(web.at(0))
            stage.rest()


def private_window(stage: Stage, web: Browsing) -> None:
    """The designated site in a private window: shown, and typed into."""
    channel = "private window"
    web.front()
    lines, patches = stage.words(channel, 8), stage.corpus.colours(channel, 2)
    body = field("note", 0) + f"<br><br><br>{shown(lines, patches)}"
    web.site.put(f"/private-{web.kind}.html", web.anchor, body, lines[0].text)
    known = set(stage.windows.ids())
    stage.hands.tap("Control_L", "Shift_L", "n" if web.kind == "chromium" else "p")
    window = wait_for(
        lambda: next((w for w in stage.windows.ids() if w not in known), None), "a private window"
    )
    stage.windows.place(window, LEFT)
    stage.windows.activate(window)
    stage.rest(0.5)
    with stage.exposure(channel):
        web.go(web.site.ours(f"private-{web.kind}.html"))
        stage.confirm_colours(patches)
        stage.plant_shown(lines)
        for canary in stage.words(channel, 8):
            web.plant("note", web.at(0), canary)
        stage.rest(2 * FRAME)
    stage.windows.close_window(window)
    web.front()


def mail(stage: Stage, web: Browsing) -> None:
    """A designated site for mail, when nobody agreed to mail."""
    channel = "mail"
    web.front()
    lines, patches = stage.words(channel, 10), stage.corpus.colours(channel, 2)
    body = field("note", 0) + f"<br><br><br>{shown(lines, patches)}"
    web.site.put("/inbox.html", web.anchor, body, lines[0].text)
    with stage.exposure(channel):
        web.go(web.site.mail("inbox.html"))
        stage.confirm_colours(patches)
        stage.plant_shown(lines)
        for canary in stage.words(channel, 6):
            web.plant("note", web.at(0), canary)
        stage.rest(2 * FRAME)
