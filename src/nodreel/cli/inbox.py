"""nodreel inbox: the receiving end, over the same object store, without any key of recordings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from nodreel.cli.reading import json_option, say_json
from nodreel.errors import EpisodeError, StoreError, UploadError
from nodreel.host import is_interactive
from nodreel.host.files import read_private, refuse_foreign, replace_private
from nodreel.policy import Upload
from nodreel.review.inert import inert
from nodreel.upload.collect import collect
from nodreel.upload.credentials import LARGEST, read_credentials
from nodreel.upload.inbox import Known, read_known, verify
from nodreel.upload.remote import open_store
from nodreel.upload.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.upload.objects import ObjectStore

_KEY_BYTES = 32
_LONGEST = 300
_NOBODY = "0" * 64
_FILE = click.Path(path_type=Path, dir_okay=False)


def _store(function: Callable[..., None]) -> Callable[..., None]:
    """Add what names the store."""
    for option in (
        click.argument("store"),
        click.option("--endpoint", help="Address of the server, for S3 elsewhere."),
        click.option("--region", help="Region of the server."),
        click.option("--ca", type=_FILE, help="PEM file of the only authority to believe."),
        click.option("--credentials", type=_FILE, help="JSON as a broker prints it; - for standard"
                     " input."),
    ):  # fmt: skip
        function = option(function)
    return function


@click.group()
def inbox() -> None:
    """Receive what machines send: check it, set aside what is wrong, delete what was withdrawn.

    STORE is what `to` in the policy's [upload] is: s3://bucket/folder, az://account/container,
    gs://bucket, file:///folder.
    """


@inbox.command("verify")
@_store
@click.option("--known", type=_FILE, help="Consents that are known: an id in each line, or an id"
              " and its public key.")  # fmt: skip
@click.option("--policy", "policies", multiple=True, help="SHA-256 of a policy that is known.")
@json_option
def verify_(known: Path | None, policies: tuple[str, ...], *, as_json: bool, **where: Any) -> None:  # noqa: ANN401
    """Check all that arrived by its signed headers; move what is wrong to quarantine/.

    Ends with 3 when something was set aside.
    """
    consents = None if known is None else read_known(_text(known))
    found = verify(_open(**where), Known(consents, set(policies) or None), _counting(as_json))
    _done(as_json)
    if as_json:
        say_json({
            "whole": found.whole, "incomplete": found.incomplete, "segments": found.segments,
            "quarantined": found.quarantined,
        })  # fmt: skip
    else:
        click.echo(f"{len(found.whole)} whole episodes, {found.segments} segments, all as signed.")
        for episode, missing in found.incomplete.items():
            click.echo(f"Not all there yet: {episode}, {missing} segments missing.")
        for key, why in found.quarantined.items():
            click.echo(f"Set aside: {inert(key, _LONGEST)}. {inert(why, _LONGEST)}", err=True)
    if found.quarantined:
        click.get_current_context().exit(EpisodeError.exit_code)


@inbox.command("sweep")
@_store
@click.option("--key", "key_file", type=_FILE, required=True, help="The inbox's key, which signs.")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted.")
@click.option("--damaged", is_flag=True, help="Delete what nobody can read any more, too.")
@json_option
def sweep_(
    key_file: Path, *, dry_run: bool, damaged: bool, as_json: bool, **where: Any  # noqa: ANN401
) -> None:  # fmt: skip
    """Delete what persons withdrew, and sign that it is gone, so that they can check it.

    While objects lie there of which nobody can tell whose they are, nothing is signed: look at
    them, then have them deleted with --damaged.
    """
    told = _counting(as_json)
    found = sweep(_open(**where), _key(key_file), dry=dry_run, damaged=damaged, told=told)
    _done(as_json)
    count = sum(map(len, found.deleted.values()))
    if as_json:
        say_json({
            "dry_run": dry_run, "deleted": found.deleted, "refused": found.refused,
            "unknown": found.unknown,
        })  # fmt: skip
    else:
        sure = damaged or not found.unknown
        verb = "would be deleted" if dry_run else f"deleted{' and confirmed gone' if sure else ''}"
        click.echo(f"{len(found.deleted)} tombstones: {count} objects {verb}.")
        for place, why in found.refused.items():
            click.echo(f"No tombstone: {inert(place, _LONGEST)}. {inert(why, _LONGEST)}", err=True)
        for place in found.unknown:
            click.echo(f"Damaged, so nobody can tell whose: {inert(place, _LONGEST)}", err=True)
        if found.unknown and not (damaged or dry_run):
            click.echo("So nothing is signed. Look at them, then sweep with --damaged.", err=True)
    if found.refused or (found.unknown and not damaged):
        click.get_current_context().exit(EpisodeError.exit_code)


@inbox.command("collect")
@_store
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@json_option
def collect_(folder: Path, *, as_json: bool, **where: Any) -> None:  # noqa: ANN401
    """Write whole episodes and all tombstones to FOLDER, for readers and data sets.

    Nothing is opened. What a tombstone covers is left out; an episode that is there already stays.
    """
    found = collect(_open(**where), folder, _counting(as_json))
    _done(as_json)
    if as_json:
        say_json({"episodes": found.episodes, "left_out": found.left_out, "wrong": found.wrong})
    else:
        click.echo(f"{len(found.episodes)} episodes written, {len(found.left_out)} withdrawn.")
        for key, why in found.wrong.items():
            click.echo(f"Not written: {inert(key, _LONGEST)}. {inert(why, _LONGEST)}", err=True)
    if found.wrong:
        click.get_current_context().exit(EpisodeError.exit_code)


@inbox.command("key")
@click.argument("file", type=_FILE)
@json_option
def key_(file: Path, *, as_json: bool) -> None:
    """Print the public half of the key in FILE, for `inbox_key` in the policy; made if missing."""
    refuse_foreign(file)
    if not file.exists():
        replace_private(file, Ed25519PrivateKey.generate().private_bytes_raw())
        click.echo(f"Made {file}: keep a copy where it is safe.", err=True)
    public = _key(file).public_key().public_bytes_raw().hex()
    say_json({"inbox_key": public}) if as_json else click.echo(f'inbox_key = "{public}"')


def _key(file: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(read_private(file, limit=_KEY_BYTES))
    except FileNotFoundError as error:
        raise StoreError(
            f"There is no {file}.", advice=f"`nodreel inbox key {file}` makes one."
        ) from error
    except ValueError as error:
        raise StoreError(f"{file} is no key of an inbox.") from error


def _open(
    store: str, endpoint: str | None, region: str | None, ca: Path | None, credentials: Path | None
) -> ObjectStore:
    try:
        upload = Upload(to=store, endpoint=endpoint, region=region, inbox_key=_NOBODY)
    except ValidationError as error:
        told = error.errors()[0]
        raise UploadError(f"{told['loc'][0]}: {told['msg']}.", again=False) from error
    given = None if credentials is None else read_credentials(_secret(credentials))
    return open_store(upload, given, ca=None if ca is None else _text(ca).encode())


def _secret(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.read(LARGEST + 1).encode()
    try:
        return read_private(file, limit=LARGEST)
    except FileNotFoundError as error:
        raise UploadError(f"There is no {file}.", again=False) from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"Cannot read {file}.", advice="Name a readable text file.") from error


def _counting(as_json: bool) -> Callable[[int], None] | None:  # noqa: FBT001  a flag of the command
    if as_json or not is_interactive():
        return None
    return lambda number: click.echo(f"\r{number} objects ", nl=False, err=True)


def _done(as_json: bool) -> None:  # noqa: FBT001
    if not as_json and is_interactive():
        click.echo("\r\033[K", nl=False, err=True)
