"""Where released recordings may be sent, and how gently. A policy without it sends nothing.

Nothing here makes a machine send: the person's yes, the hold and their release come before it, and
their ``preferences.toml`` can only take away. No secret has a place here, see ``broker``.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

from nodreel.policy.words import FilePath, Line, Part, Refused, Sha256, plain, refuse_twins

MOST_QUIET: Final = 16
_LOOPBACK: Final = {"127.0.0.1", "[::1]"}
_SERVER: Final = re.compile(r"(https?)://(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/?", re.ASCII)
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}", re.ASCII)
_PREFIX: Final = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,62}){0,8}", re.ASCII)


def _destination(url: str) -> str:
    plain(url)
    scheme, found, rest = url.partition("://")
    if not found or scheme not in {"s3", "az", "gs", "file"}:
        raise Refused(
            "is no place to send to",
            "Write s3://bucket/folder, az://account/container/folder, gs://bucket/folder or"
            " file:///folder.",
        )
    if scheme == "file":
        if not _PREFIX.fullmatch(rest) or rest == "":
            raise Refused("is no folder", "Write file:/// and a path of plain words.")
        return url
    bucket, slash, prefix = rest.partition("/")
    if not _BUCKET.fullmatch(bucket) or not _PREFIX.fullmatch(slash + prefix):
        raise Refused("names no bucket", "Write a bucket and a folder of plain words, no slash"
                      " at the end.")  # fmt: skip
    return url


def _endpoint(url: str) -> str:
    """Refuse (ValueError) whatever is not TLS, but for this very machine, which is no network."""
    plain(url)
    found = _SERVER.fullmatch(url)
    if found is None:
        raise Refused("is no address of a server", "Write https://host or https://host:port.")
    scheme, host, _ = found.groups()
    if scheme != "https" and host not in _LOOPBACK:
        raise Refused("would send in the clear", "Write https://; http:// only to 127.0.0.1.")
    return url


def _quiet(hours: str) -> str:
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", hours, re.ASCII)
    if found is None or any(int(found[i]) > 23 or int(found[i + 1]) > 59 for i in (1, 3)):  # noqa: PLR2004
        raise Refused("is no stretch of the day", 'Write "09:00-17:30".')
    return hours


Destination = Annotated[
    str, StringConstraints(max_length=600), AfterValidator(_destination)
]  # fmt: skip
Endpoint = Annotated[str, StringConstraints(max_length=300), AfterValidator(_endpoint)]
Quiet = Annotated[str, StringConstraints(max_length=16), AfterValidator(_quiet)]


class Upload(Part):
    """``to`` is a bucket and folder; ``inbox_key`` signs that what was withdrawn is gone.

    ``broker`` is a program that prints credentials of an hour; without one they come from the
    keyring. ``ca`` replaces all other certificate authorities. ``automatic``: what was released is
    sent without anybody typing a command. Times of ``quiet_hours`` are local.
    """

    to: Destination
    endpoint: Endpoint | None = None
    region: Line | None = None
    ca: FilePath | None = None
    inbox_key: Sha256
    broker: FilePath | None = None
    max_kib_s: Annotated[int, Field(ge=16, le=1_000_000)] = 512
    daily_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    metered: bool = False
    battery: bool = False
    quiet_hours: Annotated[tuple[Quiet, ...], Field(max_length=MOST_QUIET)] = ()
    automatic: bool = False

    @model_serializer(mode="wrap")
    def _spelt_as_before(self, spell: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out an ``automatic`` that is not: a consent from before it stays what it is."""
        said: dict[str, Any] = spell(self)
        if not self.automatic:
            said.pop("automatic", None)
        return said

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        refuse_twins("quiet hour", list(self.quiet_hours))
        if self.to.startswith("file:") and (self.endpoint or self.ca or self.broker):
            raise Refused("a folder has no endpoint, ca or broker", "Remove them.")
        return self
