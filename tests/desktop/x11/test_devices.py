from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nodreel.events import Key, Move, Nanos

if TYPE_CHECKING:
    from nodreel.desktop.x11.desktop import X11Desktop
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector


def test_programs_that_type_are_told_from_hands(desktop: X11Desktop, hands: Injector) -> None:
    hands.tap("a")
    hands.move(5, 6)
    got = desktop.flush()[0]
    assert all(e.synthetic for e in got if isinstance(e, Key | Move))
    devices = desktop._devices
    assert devices._physical  # the server's own keyboard and mouse
    assert not any(devices.synthetic(d) for d in devices._physical)
    assert devices.synthetic(60)  # nobody knows it


def test_the_pointers_hand_may_change(desktop: X11Desktop) -> None:
    devices = desktop._devices
    real = min(devices._physical)
    pointer = min(devices._pointers)

    def switch(device: int, source: int, t: int, reason: int = 1) -> None:
        event = struct.pack("=BBHIHHIHHB11x", 35, 0, 0, 0, 1, device, 0, 0, source, reason)
        devices.on_device_changed(event, Nanos(t))

    switch(pointer, 60, 100)
    switch(pointer, real, 200)
    switch(pointer, 60, 300, reason=2)  # the same device, changed
    switch(pointer + 1, 60, 400)  # the keyboard's
    assert [devices.pointer_synthetic(Nanos(t)) for t in (100, 199, 200, 500)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_devices_that_come_and_go_are_noticed(bed: Bed, desktop: X11Desktop) -> None:
    before = set(desktop._devices._pointers)
    bed.run("xinput", "create-master", "Second")
    desktop.scene()
    assert len(desktop._devices._pointers - before) == 1
    bed.run("xinput", "remove-master", "Second pointer")
    desktop.scene()
