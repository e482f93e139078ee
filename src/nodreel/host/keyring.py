"""The review key, and what lets the uploader in, in the person's keyring or nowhere.

The keyring is asked by a child process with a deadline: it may be absent, locked, slow or
waiting for a dialog, and none of that may hold up the agent, nag the person or leave a
key in a plain file. All functions answer None or False then, and recording works without.
"""

from __future__ import annotations

import subprocess
import sys

from nodreel.events import SECOND, Nanos

PATIENCE = Nanos(3 * SECOND)


def store_review_key(identity: str, *, patience: Nanos = PATIENCE) -> bool:
    """Put the age identity of the current review key into the keyring; False: there is none."""
    return _ask("store", identity, patience) is not None


def review_key(*, patience: Nanos = PATIENCE) -> str | None:
    """Return the age identity of the review key; None when absent, locked, or out of reach."""
    return _ask("get", "", patience) or None


def delete_review_key(*, patience: Nanos = PATIENCE) -> bool:
    """Destroy the review key; True when the keyring answered and holds none of ours any more."""
    return _ask("delete", "", patience) is not None


def keyring_works(*, patience: Nanos = PATIENCE) -> bool:
    """Whether there is an open keyring that encrypts; nothing is read or written."""
    return _ask("try", "", patience) is not None


def store_upload_credentials(text: str, *, patience: Nanos = PATIENCE) -> bool:
    """Put what lets the uploader in into the keyring; False: there is none."""
    return _ask("store-upload", text, patience) is not None


def upload_credentials(*, patience: Nanos = PATIENCE) -> str | None:
    """Return what ``store_upload_credentials`` put there; None when absent or out of reach."""
    return _ask("get-upload", "", patience) or None


def delete_upload_credentials(*, patience: Nanos = PATIENCE) -> bool:
    """Forget them; True when the keyring answered and holds none any more."""
    return _ask("delete-upload", "", patience) is not None


def _ask(verb: str, secret: str, patience: Nanos) -> str | None:
    """Run the child; the secret goes through pipes, never through arguments or environment."""
    command = [sys.executable, "-P", "-m", "nodreel.host.keyring_child", verb]
    try:
        done = subprocess.run(
            command, input=secret, capture_output=True, text=True, check=False,
            timeout=patience / SECOND,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout if done.returncode == 0 else None
