"""The extension as browsers take it, and no more permissions than it says it needs."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import zipfile

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from nodreel.webhost.package import FIREFOX_ID, chromium_id, contents, crx, version, xpi


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def manifest() -> dict[str, object]:
    found: dict[str, object] = json.loads(contents()["manifest.json"])
    return found


def test_it_asks_for_these_permissions_and_no_others() -> None:
    assert manifest()["permissions"] == ["tabs", "webNavigation", "scripting", "nativeMessaging"]
    assert manifest()["host_permissions"] == ["http://*/*", "https://*/*"]
    for more in ("optional_permissions", "content_scripts", "externally_connectable",
                 "web_accessible_resources", "content_security_policy"):  # fmt: skip
        assert more not in manifest()


def test_it_reaches_no_network() -> None:
    code = b"".join(data for name, data in contents().items() if name.endswith(".js"))
    for way in (b"fetch(", b"XMLHttpRequest", b"WebSocket", b"sendBeacon", b"EventSource",
                b"importScripts", b"RTCPeer", b"storage."):  # fmt: skip
        assert way not in code


def test_every_script_that_is_named_is_there() -> None:
    permission = contents()["permission.js"].decode()
    named = json.loads(permission.split("SCRIPTS = ")[1].split(";")[0])
    assert set(named) < set(contents())
    assert "background.js" in contents()


def test_its_id_in_chromium_follows_from_its_key(key: rsa.RSAPrivateKey) -> None:
    public = base64.b64decode(str(manifest()["key"]))
    digits = hashlib.sha256(public).hexdigest()[:32]
    assert chromium_id() == digits.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))
    assert chromium_id(key) != chromium_id()


def test_the_xpi_holds_the_same_files_every_time() -> None:
    assert xpi() == xpi()
    with zipfile.ZipFile(io.BytesIO(xpi())) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == contents()
    assert manifest()["browser_specific_settings"]["gecko"]["id"] == FIREFOX_ID  # type: ignore[index]
    assert version() == manifest()["version"]


def test_the_crx_is_signed_with_ones_own_key(key: rsa.RSAPrivateKey) -> None:
    made = crx(key)
    magic, three, size = struct.unpack("<4sII", made[:12])
    assert (magic, three) == (b"Cr24", 3)
    header, archive = made[12 : 12 + size], made[12 + size :]
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert public in header
    signed = b"\x0a\x10" + hashlib.sha256(public).digest()[:16]
    assert header.endswith(b"\x82\xf1\x04" + bytes([len(signed)]) + signed)
    message = b"CRX3 SignedData\x00" + struct.pack("<I", len(signed)) + signed + archive
    at = header.index(public) + len(public)
    assert header[at : at + 3] == b"\x12\x80\x02"  # field 2, 256 bytes
    signature = header[at + 3 : at + 3 + 256]
    key.public_key().verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        inner = json.loads(found.read("manifest.json"))
    assert base64.b64decode(inner["key"]) == public
