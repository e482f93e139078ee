"""Real browsers on a test desktop, with nodreel's extension and its native host in place."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.webhost.manifests import manifest, wrapper
from nodreel.webhost.package import FIREFOX_ID, contents, xpi

if TYPE_CHECKING:
    from tests.bed.bed import App, Bed

CHROMIUM, FIREFOX = "chromium", "firefox"
EXES = {CHROMIUM: "/usr/lib/chromium/chromium", FIREFOX: "/usr/lib/firefox-esr/firefox-esr"}
QUIET_CHROMIUM = (
    "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--password-store=basic",
    "--disable-smooth-scrolling", "--disable-search-engine-choice-screen", "--disable-quic",
)  # fmt: skip
FEATURES_OFF = "Translate,MediaRouter,DisableLoadExtensionCommandLineSwitch"
QUIET_FIREFOX = {
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.preonboarding.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.tabs.warnOnClose": False,
    "browser.urlbar.suggest.topsites": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.autoDisableScopes": 0,  # or one that lies in the profile waits for a click
    "extensions.startupScanScopes": 15,
    "general.smoothScroll": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "termsofuse.bypassNotification": True,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "xpinstall.signatures.required": False,  # Debian's ESR allows that
}


@dataclass(frozen=True)
class Browser:
    """A browser that runs on the desktop."""

    kind: str
    app: App
    profile: Path

    @property
    def pid(self) -> int:
        return self.app.pid


def host_command() -> list[str]:
    return [sys.executable, "-m", "nodreel.webhost"]


def start_browser(
    bed: Bed, kind: str, url: str, *options: str, home: Path, profile: Path | None = None,
    extension: bool = True,
) -> Browser:  # fmt: skip
    """Start a browser with a fresh profile; ``home`` is the NODREEL_HOME of its native host."""
    profile = profile or bed.folder / f"{kind}-profile"
    profile.mkdir(parents=True, exist_ok=True)
    host = bed.folder / "nodreel-webhost"
    host.write_text(wrapper(host_command(), {"NODREEL_HOME": str(home)}))
    host.chmod(0o755)
    start = _chromium if kind == CHROMIUM else _firefox
    return Browser(kind, start(bed, url, options, profile, host, extension=extension), profile)


def _chromium(
    bed: Bed, url: str, options: tuple[str, ...], profile: Path, host: Path, *, extension: bool
) -> App:
    command = [EXES[CHROMIUM], *QUIET_CHROMIUM, f"--disable-features={FEATURES_OFF}",
               f"--user-data-dir={profile}"]  # fmt: skip
    if extension:
        unpacked = profile.with_name("extension")
        unpacked.mkdir(exist_ok=True)
        for name, data in contents().items():
            (unpacked / name).write_bytes(data)
        hosts = profile / "NativeMessagingHosts"
        hosts.mkdir(exist_ok=True)
        (hosts / "nodreel.json").write_text(manifest(host, firefox=False))
        command.append(f"--load-extension={unpacked}")
    return bed.start(*command, *options, url)


def _firefox(
    bed: Bed, url: str, options: tuple[str, ...], profile: Path, host: Path, *, extension: bool
) -> App:
    lines = [
        f'user_pref("{name}", {str(value).lower() if isinstance(value, bool) else repr(value)});'
        for name, value in QUIET_FIREFOX.items()
    ]
    (profile / "user.js").write_text("\n".join(lines).replace("'", '"') + "\n")
    if extension:
        (profile / "extensions").mkdir(exist_ok=True)
        (profile / "extensions" / f"{FIREFOX_ID}.xpi").write_bytes(xpi())
        hosts = Path(bed.env["HOME"]) / ".mozilla" / "native-messaging-hosts"
        hosts.mkdir(parents=True, exist_ok=True)
        (hosts / "nodreel.json").write_text(manifest(host, firefox=True))
    command = (EXES[FIREFOX], "--no-remote", "--profile", str(profile))
    return bed.start(*command, "--width", "1000", "--height", "740", *options, url)
