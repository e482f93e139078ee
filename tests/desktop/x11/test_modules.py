from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.desktop.x11.modules import AGAIN, Modules
from nodreel.desktop.x11.process import read_process
from nodreel.events import Nanos
from nodreel.scene import Process
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from tests.bed.bed import App, Bed
    from tests.bed.windows import Windows


def plain(app: App) -> bool:
    process = read_process(app.pid)
    assert process is not None
    return Modules().plain(process, Nanos(0), closely=True)


def test_a_method_that_an_app_has_loaded_counts(bed: Bed, windows: Windows) -> None:
    app = bed.start("mousepad", "--disable-server", env={"GTK_IM_MODULE": "viqr"})
    windows.activate(windows.wait("Mousepad", app.pid).id)
    wait_for(lambda: not plain(app), "the module")
    app.stop()


def test_what_is_told_elsewhere_does_not(bed: Bed, windows: Windows) -> None:
    app = bed.start("mousepad", "--disable-server", env={"GTK_IM_MODULE": "xim"})
    windows.activate(windows.wait("Mousepad", app.pid).id)
    mapped = Path(f"/proc/{app.pid}/maps")
    wait_for(lambda: "im-xim" in mapped.read_text(), "the module")
    assert plain(app)
    app.stop()


def test_who_cannot_be_read_is_not_plain_and_that_is_remembered_for_a_while() -> None:
    modules, nobody = Modules(), Process(2**22, 1, "", trusted=False)
    assert not modules.plain(nobody, Nanos(0), closely=True)
    here = read_process(os.getpid())
    assert here is not None
    modules._read[(here.pid, here.start)] = (Nanos(0), False)
    assert not modules.plain(here, Nanos(AGAIN - 1), closely=True)
    assert not modules.plain(here, AGAIN, closely=False)
    assert modules.plain(here, AGAIN, closely=True)


def test_few_are_remembered() -> None:
    modules = Modules()
    for pid in range(100):
        modules.plain(Process(2**22 + pid, 1, "", trusted=False), Nanos(0), closely=True)
    assert len(modules._read) < 20
