"""nodreel browsers: let the browsers' extension speak to nodreel on this machine."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from nodreel.cli.reading import json_option, say_json
from nodreel.errors import StoreError
from nodreel.paths import default_paths
from nodreel.webhost import manifests, package

if TYPE_CHECKING:
    from nodreel.webhost.manifests import Browser

_ALWAYS = {"chromium", "firefox"}
_EXTENSION_ID = 32  # letters a to p
_HOW = """\
Then add the extension; `nodreel browsers extension DIR` writes it into a folder.
  Chromium: open chrome://extensions, switch on developer mode, load DIR/unpacked.
  Firefox:  open about:addons, install DIR/nodreel.xpi from a file (ESR); any Firefox can load it
            for one session from about:debugging.
An organisation installs it for everybody; config/managed-*.json are templates for that.
It says nothing before you have said yes, and of pages that are not designated never anything."""


@click.group()
def browsers() -> None:
    """Let browsers tell nodreel which page is in front. Without it no page is ever recorded."""


@browsers.command()
@json_option
def status(*, as_json: bool) -> None:
    """Say which browsers know how to reach nodreel. Changes nothing."""
    found = [(browser, _state(browser)) for browser in _wanted()]
    if as_json:
        say_json([_plain(browser, state) for browser, state in found])
        return
    for browser, state in found:
        click.echo(f"{browser.name:9} {state}")


@browsers.command()
@click.option("--id", "ids", multiple=True, help="The id of your organisation's own build.")
@json_option
def setup(ids: tuple[str, ...], *, as_json: bool) -> None:
    """Tell your browsers how to start nodreel's part; says how to add the extension."""
    for one in ids:
        if len(one) != _EXTENSION_ID or not set(one) <= set("abcdefghijklmnop"):
            raise click.UsageError(f"{one!r} is no extension id: 32 letters from a to p.")
    try:
        _write(_wrapper(), manifests.wrapper(_host(), os.environ), 0o700)
        for browser in _wanted():
            text = manifests.manifest(_wrapper(), firefox=browser.firefox, ids=ids)
            _write(browser.manifest, text, 0o644)
    except OSError as error:
        raise StoreError(f"Cannot write {error.filename}: {error.strerror}.") from error
    if as_json:
        say_json([_plain(browser, _state(browser)) for browser in _wanted()])
        return
    for browser in _wanted():
        click.echo(f"{browser.name}: {browser.manifest}")
    click.echo(_HOW)


@browsers.command()
@json_option
def remove(*, as_json: bool) -> None:
    """Take back what `setup` wrote; remove the extension itself in the browser."""
    gone = forget()
    if as_json:
        say_json([str(file) for file in gone])
        return
    click.echo("\n".join(f"removed {file}" for file in gone) or "There was nothing to remove.")


@browsers.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--key", "file", type=click.Path(path_type=Path, dir_okay=False),
    help="Sign a .crx with the key in this file; made when missing.",
)  # fmt: skip
@json_option
def extension(folder: Path, file: Path | None, *, as_json: bool) -> None:
    """Write the extension into FOLDER: unpacked, as .xpi and, with --key, as .crx."""
    key = _key(file) if file else None
    try:
        for name, data in package.contents(key).items():
            _write(folder / "unpacked" / name, data, 0o644)
        _write(folder / "nodreel.xpi", package.xpi(key), 0o644)
        if key is not None:
            _write(folder / "nodreel.crx", package.crx(key), 0o644)
    except OSError as error:
        raise StoreError(f"Cannot write {error.filename}: {error.strerror}.") from error
    ids = {"chromium": package.chromium_id(key), "firefox": package.FIREFOX_ID}
    if as_json:
        say_json({"folder": str(folder), "version": package.version(), "ids": ids})
        return
    click.echo(f"Version {package.version()} is in {folder}.")
    for kind, one in ids.items():
        click.echo(f"Its id in {kind.capitalize()}: {one}")
    if key is not None:
        click.echo(f"`nodreel browsers setup --id {ids['chromium']}` lets this build speak.")


def forget() -> list[Path]:
    """Remove what `setup` wrote for this person; return what that was."""
    gone = [file for file in (*(b.manifest for b in _all()), _wrapper()) if file.is_file()]
    try:
        for file in gone:
            file.unlink()
    except OSError as error:
        raise StoreError(f"Cannot remove {error.filename}: {error.strerror}.") from error
    return gone


def _all() -> tuple[Browser, ...]:
    return manifests.browsers(os.environ)


def _wanted() -> list[Browser]:
    return [browser for browser in _all() if browser.name in _ALWAYS or browser.used]


def _wrapper() -> Path:
    return default_paths().config / "webhost"


def _host() -> list[str]:
    """Return the command of the native host that belongs to this very nodreel."""
    beside = shutil.which("nodreel-webhost", path=str(Path(sys.executable).parent))
    return [beside] if beside else [sys.executable, "-P", "-m", "nodreel.webhost"]


def _state(browser: Browser) -> str:
    try:
        said = json.loads(browser.manifest.read_text())
        path = Path(said["path"])
    except FileNotFoundError:
        return "not set up"
    except (OSError, ValueError, KeyError, TypeError):
        return "broken: `nodreel browsers setup` writes it anew"
    if path != _wrapper():
        return f"set up for another nodreel: {path}"
    return "set up" if os.access(path, os.X_OK) else "broken: `nodreel browsers setup` mends it"


def _plain(browser: Browser, state: str) -> dict[str, str]:
    return {"browser": browser.name, "state": state, "file": str(browser.manifest)}


def _write(file: Path, data: str | bytes, mode: int) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_bytes(data.encode() if isinstance(data, str) else data)
    fresh.chmod(mode)
    fresh.replace(file)


def _key(file: Path) -> rsa.RSAPrivateKey:
    """Read the organisation's signing key, or make one (0600)."""
    try:
        found = serialization.load_pem_private_key(file.read_bytes(), None)
    except FileNotFoundError:
        found = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        told = found.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(told)
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{file} holds no private key that can be read.") from error
    if not isinstance(found, rsa.RSAPrivateKey):
        raise StoreError(f"{file} is no RSA key; Chromium wants one.")
    return found
