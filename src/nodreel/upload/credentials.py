"""Credentials that last an hour or so: from a broker program, or from the person's keyring.

They are held in memory while something is sent, and stand in no policy, log, argument or message.
What a broker has to print stands in docs/upload.md.
"""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from nodreel.errors import StoreError, UploadError
from nodreel.host.files import user_id
from nodreel.host.keyring import upload_credentials
from nodreel.host.owned import ROOT, check_owned

if TYPE_CHECKING:
    from nodreel.policy import Upload

LARGEST: Final = 64 << 10  # bytes
_PATIENCE_S: Final = 30.0

Secret = Annotated[str, Field(min_length=1, max_length=16_384)]


def _moment(text: str) -> str:
    """Refuse (ValueError) what is no moment of a calendar, or says not where on earth."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("has no offset")
    return text


Moment = Annotated[str, Field(min_length=20, max_length=64), AfterValidator(_moment)]


class Credentials(BaseModel):
    """S3: the first three. Azure: ``sas_token``. Google: ``bearer_token``. ``expires``: ISO."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    access_key_id: Secret | None = Field(default=None, repr=False)
    secret_access_key: Secret | None = Field(default=None, repr=False)
    session_token: Secret | None = Field(default=None, repr=False)
    sas_token: Secret | None = Field(default=None, repr=False)
    bearer_token: Secret | None = Field(default=None, repr=False)
    expires: Moment | None = None


def find_credentials(upload: Upload) -> Credentials | None:
    """Return what the policy's broker prints, else what the keyring holds; None for neither.

    Raises UploadError when a broker is named and does not do its part.
    """
    if upload.to.startswith("file:"):
        return None
    if upload.broker is not None:
        return read_credentials(_ask(Path(upload.broker)))
    kept = upload_credentials()
    return None if kept is None else read_credentials(kept.encode())


def read_credentials(data: bytes) -> Credentials:
    """Return what JSON says; UploadError, which tells nothing of it."""
    try:
        return Credentials.model_validate_json(data[: LARGEST + 1])
    except (ValidationError, RecursionError):
        raise UploadError(
            "The credentials are not JSON with the fields that are wanted.",
            advice="docs/upload.md says what a broker prints, and what the keyring holds.",
            again=False,
        ) from None


def _ask(broker: Path) -> bytes:
    """Run the broker: no arguments, no input, nothing of what it says to standard error."""
    _check(broker)
    kept = {k: v for k, v in os.environ.items() if k in {"HOME", "PATH", "USER", "LANG"}}
    bus = {k: v for k, v in os.environ.items() if k in {"DBUS_SESSION_BUS_ADDRESS", "KRB5CCNAME"}}
    try:
        done = subprocess.run(
            [broker], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S, check=False, env=kept | bus,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        raise _no(broker, "did not answer") from None
    if done.returncode != 0:
        raise _no(broker, f"ended with {done.returncode}")
    return done.stdout


def _check(broker: Path) -> None:
    """Insist on a program that only root or this person can change, and not through a link."""
    owners = {ROOT, user_id()}
    try:
        check_owned(broker, owners=owners, folders=owners)
    except (StoreError, FileNotFoundError) as error:
        raise _no(broker, f"is not run: {error}".rstrip(".")) from error


def _no(broker: Path, what: str) -> UploadError:
    return UploadError(
        f"The broker {broker} {what}.", advice="Ask whoever runs this machine; nothing was sent."
    )
