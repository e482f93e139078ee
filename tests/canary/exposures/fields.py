"""Secret fields of designated programs, and secrets typed where no field is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import MILLISECOND
from tests.canary.stage import CALM, FRAME, PACE, PlantingError

if TYPE_CHECKING:
    from tests.canary.corpus import Canary, Patch
    from tests.canary.puppets import Puppet
    from tests.canary.stage import Stage

MOST_OF_THE_HOLD_BACK = 1700 * MILLISECOND


def into_field(
    stage: Stage, desk: Puppet, canary: Canary, *, by_tab: bool, slips: int | None = None
) -> None:
    """Go to the secret entry by mouse or by Tab and type at once, with slips if it says so.

    On a busy machine a key may come before the focus, into a field for anything: then another one.
    """
    for again in (True, True, False):
        desk.ask("clear", name="secret")
        if by_tab:
            stage.click(desk.where("note"))
            stage.hands.tap("Tab")
        else:
            stage.click(desk.where("secret"))
        stage.plant_typed(canary, text=None if slips is None else with_slips(canary.text, slips))
        try:
            stage.confirm(desk, "secret", canary)
        except PlantingError:
            stage.log.planted.pop()
            desk.ask("clear", name="note")
            if not again:
                raise
            (canary,) = stage.words(canary.channel, 1)
        else:
            return


def password(stage: Stage, channel: str, desk: Puppet, count: int = 30) -> None:
    """Typed into a password entry, whose colour shows as long as it holds something."""
    stage.front(desk)
    stage.recording()
    patches = stage.corpus.colours(channel, 3)
    with stage.exposure(channel):
        for number, canary in enumerate(stage.words(channel, count)):
            patch = patches[number * len(patches) // count]
            desk.ask("patch", name="secret", css=patch.css)
            into_field(stage, desk, canary, by_tab=number % 3 == 0)
            seen(stage, patch)
            desk.ask("clear", name="secret")
            stage.rest(0.02)


def seen(stage: Stage, patch: Patch) -> None:
    """Confirm a colour once; after that its turn on the screen is only waited for."""
    if patch.rgb in stage.log.patches:
        stage.rest(0.08)
    else:
        stage.confirm_colours([patch])
        stage.rest()


def password_gtk(stage: Stage) -> None:
    password(stage, "password, GTK", stage.gtk)


def password_qt(stage: Stage) -> None:
    password(stage, "password, Qt", stage.qt)
    stage.dismiss("qt_desk")


def password_tk(stage: Stage) -> None:
    """Tk answers nobody: of whatever is typed there no text may be kept."""
    channel = "password, Tk"
    stage.front(stage.tk)
    stage.recording()
    with stage.exposure(channel):
        for number, canary in enumerate(stage.words(channel, 30)):
            into_field(stage, stage.tk, canary, by_tab=number % 3 == 0)
            stage.tk.ask("clear", name="secret")
    stage.dismiss("tk_desk")


def shown_password(stage: Stage, channel: str, desk: Puppet, count: int = 24) -> None:
    """Typed with "show password" ticked, or shown afterwards, also after the focus went on."""
    stage.front(desk)
    stage.recording()
    patches = stage.corpus.colours(channel, 3)
    stage.click(desk.where("secret"))  # once a secret field, always one
    stage.rest()
    stage.click(desk.where("show"))
    with stage.exposure(channel):
        for number, canary in enumerate(stage.words(channel, count)):
            patch = patches[number * len(patches) // count]
            desk.ask("patch", name="secret", css=patch.css)
            into_field(stage, desk, canary, by_tab=number % 3 == 0)
            seen(stage, patch)
            if number % 4 == 0:
                stage.click(desk.where("note"))
                stage.rest(FRAME)
            desk.ask("clear", name="secret")
    stage.click(desk.where("show"))


def shown_gtk(stage: Stage) -> None:
    shown_password(stage, "shown password, GTK", stage.gtk)


def shown_qt(stage: Stage) -> None:
    shown_password(stage, "shown password, Qt", stage.qt)
    stage.dismiss("qt_desk")


def pasted(stage: Stage) -> None:
    """Pasted into a password entry, and then shown."""
    channel = "pasted secret"
    desk = stage.gtk
    stage.front(desk)
    stage.recording()
    patches = stage.corpus.colours(channel, 2)
    with stage.exposure(channel):
        for number, canary in enumerate(stage.words(channel, 24)):
            patch = patches[number % 2]
            desk.ask("patch", name="secret", css=patch.css)
            stage.stranger.ask("clipboard", text=canary.text)
            desk.ask("clear", name="secret")
            stage.click(desk.where("secret"))
            if number == 12:
                stage.click(desk.where("show"))
                stage.click(desk.where("secret"))
            stage.hands.tap("Control_L", "v")
            stage.confirm(desk, "secret", canary)
            stage.plant_shown([canary])
            seen(stage, patch)
            desk.ask("clear", name="secret")
    stage.click(desk.where("show"))


def corrected(stage: Stage) -> None:
    """Typed into a password entry with slips that are taken back."""
    channel = "corrected secret"
    desk = stage.gtk
    stage.front(desk)
    stage.recording()
    (patch,) = stage.corpus.colours(channel, 1)
    desk.ask("patch", name="secret", css=patch.css)
    with stage.exposure(channel):
        for number, canary in enumerate(stage.words(channel, 30)):
            into_field(stage, desk, canary, by_tab=number % 3 == 0, slips=number)
            seen(stage, patch)
            desk.ask("clear", name="secret")


def with_slips(text: str, number: int) -> str:
    """Put a wrong character and a backspace behind every few right ones."""
    every = 2 + number % 3
    return "".join(
        sign + ("a\b" if place % every == every - 1 else "") for place, sign in enumerate(text)
    )


def typed_shape(stage: Stage) -> None:
    """Tokens, cards and account numbers typed into a field for anything."""
    channel = "typed shape"
    desk = stage.gtk
    stage.front(desk)
    stage.recording()
    patches = stage.corpus.colours(channel, 2)
    with stage.exposure(channel):
        for number, canary in enumerate(stage.corpus.secrets(channel, 24)):
            turn = number % 2
            for _ in range(10):
                if at_once(stage, desk, canary, patches[turn], number):
                    break
                (patches[turn],) = stage.corpus.colours(channel, 1)
                (canary,) = stage.corpus.strings(channel, 1, canary.form)  # noqa: PLW2901
            else:
                raise PlantingError("nothing can be typed within the hold-back")
            seen(stage, patches[turn])
            desk.ask("clear", name="note")
    desk.ask("patch", name="note", css="white")


def at_once(stage: Stage, desk: Puppet, canary: Canary, patch: Patch, number: int) -> bool:
    """Type it within the hold-back; False, and nothing planted, if the machine was too slow.

    One typed more slowly may leave its beginning in the record, and be seen up to there.
    """
    desk.ask("patch", name="note", css=patch.css)
    stage.click(desk.where("note"))
    stage.plant_typed(canary, PACE, with_slips(canary.text, number) if number % 2 else None)
    stage.confirm(desk, "note", canary)
    planted = stage.log.planted[-1]
    if planted.keys[-1].after - planted.t < MOST_OF_THE_HOLD_BACK:
        return True
    stage.log.planted.pop()
    stage.log.patches.pop(patch.rgb, None)
    stage.log.again.append(f"{canary.channel}: typed too slowly")
    desk.ask("clear", name="note")
    return False


def secret_title(stage: Stage) -> None:
    """Secrets in the title of a designated window."""
    channel = "secret title"
    stage.front(stage.gtk)
    stage.recording()
    with stage.exposure(channel):
        for canary in stage.corpus.secrets(channel, 30):
            stage.gtk.ask("name", name=f"Payment by {canary.text} - GTK desk")
            stage.plant_shown([canary])
            stage.rest(0.05)
        stage.gtk.ask("name", name="GTK desk")


def element_name(stage: Stage) -> None:
    """Secrets in the names of what is clicked."""
    channel = "element name"
    desk = stage.gtk
    stage.front(desk)
    stage.recording()
    with stage.exposure(channel):
        for canary in stage.corpus.secrets(channel, 24):
            desk.ask("label", text=f"Pay by {canary.text}")
            stage.plant_shown([canary])
            stage.click(desk.where("button"))
            stage.rest(0.1)
        desk.ask("label", text="Submit")


def element_value(stage: Stage) -> None:
    """What somebody wrote into an app of which only the shape of typing may be kept, clicked on."""
    channel = "element value"
    text = stage.bed.folder / "home" / "letter.txt"
    values = stage.words(channel, 20)
    text.write_text("".join(f"{canary.text}\n" for canary in values))
    app = stage.bed.start("mousepad", "--disable-server", str(text))
    window = stage.windows.wait("letter", app.pid, timeout=30)
    stage.windows.activate(window.id)
    stage.recording()
    area = stage.windows.area(window.id)
    with stage.exposure(channel):
        stage.plant_shown(values)
        for row in range(12):
            stage.hands.click(area.x + 60, area.y + 40 + 16 * row)
            stage.rest(0.1)
    app.stop()


def synthetic(stage: Stage) -> None:
    """Typed by a program into a field for anything, under a policy that keeps none of that."""
    channel = "synthetic"
    with stage.exposure(channel):
        for canary in stage.words(channel, 25):
            stage.click(stage.gtk.where("note"))
            stage.plant_typed(canary)
            stage.confirm(stage.gtk, "note", canary)
            stage.gtk.ask("clear", name="note")


def tiers(stage: Stage) -> None:
    """Typed where the policy allows the shape of typing only, or not even that."""
    for channel, command, title in (
        ("tier shape", ("mousepad", "--disable-server"), "Mousepad"),
        ("tier shortcuts", ("featherpad", "--standalone"), ""),
    ):
        app = stage.bed.start(*command)
        window = stage.windows.wait(title, app.pid, timeout=30)
        stage.windows.activate(window.id)
        stage.recording()
        with stage.exposure(channel):
            for number, canary in enumerate(stage.words(channel, 20)):
                stage.plant_typed(canary, pace=PACE if number % 2 else CALM)
                stage.hands.type(" ")
        app.stop()
