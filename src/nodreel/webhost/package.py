"""The extension as browsers take it: a folder, an .xpi for Firefox, a signed .crx for Chromium."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import struct
import zipfile
from importlib.resources import files
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

FIREFOX_ID = "nodreel@extension"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive
_SIGNED = b"CRX3 SignedData\x00"


def contents(key: RSAPrivateKey | None = None) -> dict[str, bytes]:
    """Return the extension's files by name; ``key`` gives it an id of one's own in Chromium."""
    place = files("nodreel.webhost") / "extension"
    found = {
        file.name: file.read_bytes()
        for file in place.iterdir()
        if file.name.endswith((".js", ".json"))
    }
    if key is not None:
        manifest = json.loads(found["manifest.json"])
        manifest["key"] = base64.b64encode(_public(key)).decode()
        found["manifest.json"] = json.dumps(manifest, indent=2).encode() + b"\n"
    return dict(sorted(found.items()))


def chromium_id(key: RSAPrivateKey | None = None) -> str:
    """Return the id that Chromium gives the extension: it follows from the public key."""
    return _id(base64.b64decode(json.loads(contents(key)["manifest.json"])["key"]))


def version() -> str:
    """Return the extension's own version."""
    return str(json.loads(contents()["manifest.json"])["version"])


def xpi(key: RSAPrivateKey | None = None) -> bytes:
    """Return the archive for Firefox; unsigned, which only ESR and managed builds accept."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents(key).items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def crx(key: RSAPrivateKey) -> bytes:
    """Return the archive for Chromium (CRX3), signed with ``key``."""
    archive, public = xpi(key), _public(key)
    signed = _field(1, hashlib.sha256(public).digest()[:16])
    message = _SIGNED + struct.pack("<I", len(signed)) + signed + archive
    signature = key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    proof = _field(1, public) + _field(2, signature)
    header = _field(2, proof) + _field(10_000, signed)
    return b"Cr24" + struct.pack("<II", 3, len(header)) + header + archive


def _public(key: RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _id(public: bytes) -> str:
    digest = hashlib.sha256(public).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)


def _field(number: int, data: bytes) -> bytes:
    """Write one field of a protocol buffer that holds bytes."""
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >> 7:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
