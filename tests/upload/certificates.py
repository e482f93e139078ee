"""A certificate authority of a test's own, and the fake server behind TLS."""

from __future__ import annotations

import ipaddress
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.upload.server import FakeS3

PEM = serialization.Encoding.PEM


def authority(folder: Path) -> tuple[bytes, Path]:
    """Return a new authority as PEM, and a file with key and certificate for 127.0.0.1 by it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("Test authority")
    root = _builder(name, name, key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    own = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        _builder(_name("127.0.0.1"), name, own.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    file = folder / f"{root._serial_number}.pem"
    private = own.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(leaf.sign(key, hashes.SHA256()).public_bytes(PEM) + private)
    return root.sign(key, hashes.SHA256()).public_bytes(PEM), file


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


@contextmanager
def serve(server: FakeS3, pem: Path) -> Iterator[str]:
    """Have the running server speak TLS; yields its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    plain = server._http.socket
    server._http.socket = context.wrap_socket(
        plain, server_side=True, do_handshake_on_connect=False
    )
    yield server.url.replace("http://", "https://")
