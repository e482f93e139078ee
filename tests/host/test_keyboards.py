from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.host.keyboards import keyboards

if TYPE_CHECKING:
    from pathlib import Path

BOARD = "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe"  # of a usual keyboard
MOUSE = "1f0000 0 0 0 0"


def device(folder: Path, name: str, *, where: str = "pci0/usb1", keys: str = BOARD) -> Path:
    """Put a device into a list like the kernel's; returns the list."""
    folder.mkdir(exist_ok=True)
    place = folder.parent / "devices" / where / "input9" / name
    (place / "device/capabilities").mkdir(parents=True)
    (place / "device/capabilities/key").write_text(f"{keys}\n")
    (folder / name).symlink_to(place)
    return folder


def test_keyboards_are_what_hardware_has_digits(tmp_path: Path) -> None:
    folder = tmp_path / "input"
    device(folder, "event0")
    device(folder, "event1", where="virtual")
    device(folder, "event2", keys=MOUSE)
    device(folder, "mouse0")
    assert keyboards(folder) == {"event0"}


@pytest.mark.parametrize("keys", ["", "zz", "ffc 3"])
def test_what_cannot_be_read_is_none(tmp_path: Path, keys: str) -> None:
    assert keyboards(device(tmp_path / "input", "event0", keys=keys)) == set()


def test_where_there_is_no_list_there_is_none(tmp_path: Path) -> None:
    assert keyboards(tmp_path / "none") == set()
