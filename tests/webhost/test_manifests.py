"""What tells a browser how to start the host, and whose extension may do so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from nodreel.webhost.manifests import browsers, manifest, wrapper
from nodreel.webhost.package import FIREFOX_ID, chromium_id

HOST = Path("/home/x/.local/share/nodreel/webhost")


def test_only_our_extension_may_start_the_host() -> None:
    chromium = json.loads(manifest(HOST, firefox=False))
    assert chromium["allowed_origins"] == [f"chrome-extension://{chromium_id()}/"]
    firefox = json.loads(manifest(HOST, firefox=True))
    assert firefox["allowed_extensions"] == [FIREFOX_ID]
    assert (chromium["path"], firefox["path"]) == (str(HOST), str(HOST))
    assert chromium["name"] == firefox["name"] == "nodreel"


def test_an_organisations_own_id_may_start_it_too() -> None:
    found = json.loads(manifest(HOST, firefox=False, ids=["a" * 32, chromium_id()]))
    assert found["allowed_origins"] == [
        f"chrome-extension://{chromium_id()}/", f"chrome-extension://{'a' * 32}/",
    ]  # fmt: skip


def test_each_browser_has_its_place() -> None:
    found = {b.name: b.manifest for b in browsers({"HOME": "/home/x"})}
    config = Path("/home/x/.config")
    assert found == {
        "chromium": config / "chromium/NativeMessagingHosts/nodreel.json",
        "chrome": config / "google-chrome/NativeMessagingHosts/nodreel.json",
        "edge": config / "microsoft-edge/NativeMessagingHosts/nodreel.json",
        "brave": config / "BraveSoftware/Brave-Browser/NativeMessagingHosts/nodreel.json",
        "firefox": Path("/home/x/.mozilla/native-messaging-hosts/nodreel.json"),
    }
    moved = {b.name: b.folder for b in browsers({"HOME": "/h", "XDG_CONFIG_HOME": "/c"})}
    assert moved["chromium"] == Path("/c/chromium/NativeMessagingHosts")


def test_the_wrapper_becomes_the_host_and_knows_its_home(tmp_path: Path) -> None:
    script = tmp_path / "host"
    told = "import os; print(os.getpid(), os.environ['NODREEL_HOME'])"
    script.write_text(wrapper([sys.executable, "-c", told], {"NODREEL_HOME": "/a 'b'/c"}))
    script.chmod(0o700)
    with subprocess.Popen([script], stdout=subprocess.PIPE, text=True, env={}) as process:
        out, _ = process.communicate(timeout=20)
    assert out.split(" ", 1) == [str(process.pid), "/a 'b'/c\n"]
    assert "NODREEL_HOME" not in wrapper(["x"], {})
