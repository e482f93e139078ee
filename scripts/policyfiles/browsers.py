"""Templates by which an organisation installs the extension for everybody, with the ids it really has."""

from __future__ import annotations

import json

from nodreel.webhost.manifests import NAME
from nodreel.webhost.package import FIREFOX_ID, chromium_id

_LAST = "This installs; it does not record. Each person's own yes is needed, and nothing is told before it."
_HOST = "The native-messaging manifest for everybody comes with the package; without it, it is what `nodreel browsers setup`"


def chromium() -> str:
    """Return managed-chromium.json."""
    return _written({
        "_comment": [
            "Template: installs nodreel's extension for everybody who uses Chromium on this machine.",
            "Copy to /etc/chromium/policies/managed/nodreel.json (Chrome: /etc/opt/chrome/..., Edge: /etc/opt/edge/...),",
            "root's and not writable by others. Browsers ignore keys they do not know, as this one.",
            "1. `nodreel browsers extension DIR --key ORG.pem` signs DIR/nodreel.crx and prints the extension's id.",
            "   The id below is that of nodreel's own key, which no build of yours has: replace it.",
            "2. Serve nodreel.crx and an update manifest that names it inside your network; put the address below.",
            f"3. {_HOST}",
            "   writes for one person, as /etc/chromium/native-messaging-hosts/nodreel.json; add your id to its allowed_origins.",
            _LAST,
            "Do not start browsers with --disable-background-networking: it also stops the installation.",
        ],
        "ExtensionSettings": {
            chromium_id(): {
                "installation_mode": "force_installed",
                "update_url": "https://intranet.example.org/nodreel/update.xml",
                "runtime_allowed_hosts": ["*://*.example.org"],
                "runtime_blocked_hosts": ["*://*.bank.example"],
            }
        },
        "NativeMessagingAllowlist": [NAME],
    })  # fmt: skip


def firefox() -> str:
    """Return managed-firefox.json."""
    return _written({
        "_comment": [
            "Template: installs nodreel's extension for everybody who uses Firefox on this machine.",
            "Merge into /etc/firefox/policies/policies.json, root's and not writable by others.",
            "1. The package brings /usr/share/nodreel/nodreel.xpi; `nodreel browsers extension DIR` writes the same. Release Firefox",
            "   takes it only once Mozilla has signed it (unlisted is enough); ESR takes it unsigned with the locked preference below.",
            "2. Where it lies elsewhere, put its address below.",
            f"3. {_HOST}",
            "   writes for one person, as /usr/lib/mozilla/native-messaging-hosts/nodreel.json.",
            _LAST,
            "private_browsing lets the extension say that a private window is in front; its pages are never told either way.",
        ],
        "policies": {
            "ExtensionSettings": {
                FIREFOX_ID: {
                    "installation_mode": "force_installed",
                    "install_url": "file:///usr/share/nodreel/nodreel.xpi",
                    "private_browsing": True,
                }
            },
            "Preferences": {
                "xpinstall.signatures.required": {"Value": False, "Status": "locked"}
            },
        },
    })  # fmt: skip


def _written(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
