"""Ties a consent to one person on one machine, without telling anybody which."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from nodreel.errors import GrantError, StoreError
from nodreel.host import private_dir
from nodreel.host.files import read_private, replace_private, user_id
from nodreel.host.machine import machine_id

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.paths import Paths

_BYTES = 32


def salt_path(paths: Paths) -> Path:
    """Where the random salt of this installation lies."""
    return paths.grant.with_name("install.salt")


def binding(paths: Paths) -> str:
    """Return HMAC-SHA256(salt, machine and uid) in hex; GrantError when the salt is not there."""
    try:
        salt = read_private(salt_path(paths), limit=_BYTES)
    except (FileNotFoundError, StoreError) as error:
        raise GrantError(
            f"What ties a consent to this machine is missing or damaged: {salt_path(paths)}.",
            advice="Agree anew with `nodreel consent give`.",
        ) from error
    if len(salt) != _BYTES:
        raise GrantError(f"What ties a consent to this machine is damaged: {salt_path(paths)}.")
    who = f"{machine_id()}\n{user_id()}".encode()
    return hmac.new(salt, who, hashlib.sha256).hexdigest()


def make_binding(paths: Paths) -> str:
    """Return the binding; a new salt is made where there is no usable one."""
    try:
        return binding(paths)
    except GrantError:
        private_dir(paths.data)
        private_dir(paths.grant.parent)
        replace_private(salt_path(paths), secrets.token_bytes(_BYTES))
        return binding(paths)
