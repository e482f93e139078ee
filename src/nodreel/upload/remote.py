"""The one file that reaches a network: obstore behind ``ObjectStore``.

It retries by itself, with growing pauses and jitter, what may pass; what is left is sorted by
``trouble``. Only addresses that the policy names are asked, over TLS, with its authority alone if
it names one.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nodreel.errors import UploadError
from nodreel.upload.objects import MOST, TooLarge
from nodreel.upload.trouble import sorted_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nodreel.policy import Upload
    from nodreel.upload.credentials import Credentials

_SLOWEST: Final = 16 << 10  # bytes a second that a request may at least be expected to move
_CHUNK: Final = 1 << 20
_PATIENCE: Final = timedelta(seconds=60)
STORES: Final = ("AWS_", "AZURE_", "GOOGLE_")
CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_RETRY: Final = {
    "max_retries": 4,
    "backoff": {
        "init_backoff": timedelta(milliseconds=500), "max_backoff": timedelta(seconds=15),
        "base": 2,
    },
    "retry_timeout": timedelta(minutes=3),
}  # fmt: skip


class RemoteStore:
    """An obstore store as an ``ObjectStore``; see ``open_store``.

    ``settle`` is called with each key that was put or deleted, before that counts.
    """

    def __init__(self, store: Any, settle: Callable[[str], None] = lambda _: None) -> None:  # noqa: ANN401  one of four classes
        import obstore  # noqa: PLC0415  16 MB that only this needs
        from obstore.exceptions import PermissionDeniedError  # noqa: PLC0415

        self._obstore, self._store = obstore, store
        self._closed, self._settle = PermissionDeniedError, settle

    def put(self, key: str, data: bytes) -> None:
        """Store ``data`` in one request."""
        with _told():
            self._obstore.put(self._store, key, data, use_multipart=False)
            self._settle(key)

    def get(self, key: str, limit: int = MOST) -> bytes | None:
        """Return what lies there, None when nothing does or nothing is told to us."""
        with _told():
            try:
                found = self._obstore.get(self._store, key)
            except (FileNotFoundError, self._closed):
                return None
            if found.meta["size"] > limit:
                raise TooLarge(key, limit)
            data = _taken(found, limit + 1)  # what it says of its size may be wrong
            if len(data) > limit:
                raise TooLarge(key, limit)
            return data

    def size(self, key: str) -> int | None:
        """Return its size, None when nothing lies there or nothing is told to us."""
        with _told():
            try:
                return int(self._obstore.head(self._store, key)["size"])
            except (FileNotFoundError, self._closed):
                return None

    def begin(self, key: str, size: int) -> bytes | None:
        """Return the first bytes of what lies there, None when nothing does.

        Not every server gives parts as the library wants them; then the rest is not listened to.
        """
        try:
            return self._first(key, size, {"range": (0, size)})
        except UploadError:
            return self._first(key, size, None)

    def _first(self, key: str, size: int, options: Any) -> bytes | None:  # noqa: ANN401
        with _told():
            try:
                found = self._obstore.get(self._store, key, options=options)
            except FileNotFoundError:
                return None
            return _taken(found, size)

    def names(self, folder: str) -> Iterator[tuple[str, int]]:
        """Yield keys and sizes below a folder."""
        with _told():
            for chunk in self._obstore.list(self._store, prefix=f"{folder}/"):
                for found in chunk:
                    yield found["path"], found["size"]

    def delete(self, key: str) -> None:
        """Remove a key, whether or not it is there."""
        try:
            with _told():
                self._obstore.delete(self._store, key)
                self._settle(key)
        except UploadError:
            # Some say 404, some an error without a number: what counts is that it is gone.
            if self.begin(key, 1) is not None:
                raise


def _taken(found: Any, most: int) -> bytes:  # noqa: ANN401  the library's
    """Return at most so many bytes of an answer, however many it has."""
    parts = bytearray()
    for chunk in found.stream(min_chunk_size=min(most, _CHUNK)):
        parts += chunk
        if len(parts) >= most:
            break
    return bytes(parts[:most])


@contextmanager
def _told() -> Iterator[None]:
    """Have what goes wrong meanwhile said in our words; UploadError."""
    try:
        yield
    except UploadError:
        raise
    except (OSError, ValueError, RuntimeError, TypeError, _librarys_own()) as error:
        raise sorted_out(error) from None  # its text names addresses at length


def _librarys_own() -> type[Exception]:
    """Return what the library raises; asked only when something was raised."""
    from obstore.exceptions import BaseError  # noqa: PLC0415  an extra

    return BaseError


def open_store(
    upload: Upload, credentials: Credentials | None, *, ca: bytes | None = None,
    retry: dict[str, Any] | None = None,
) -> RemoteStore:  # fmt: skip
    """Return the store that a policy names; nothing is asked of it yet.

    ``ca`` are the PEM certificates that alone may vouch for it. Raises UploadError when it cannot
    be, for want of credentials or of the library.
    """
    try:
        from obstore import store  # noqa: PLC0415
    except ImportError as error:
        raise UploadError(
            "What sends to object stores is not installed.",
            advice="Install it with: pip install 'nodreel[upload]'", again=False,
        ) from error  # fmt: skip
    scheme, _, rest = upload.to.partition("://")
    if scheme == "file":
        with _told():
            return RemoteStore(store.LocalStore(rest, mkdir=True), partial(_settle, Path(rest)))
    if credentials is None:
        raise UploadError(
            "There are no credentials for the store.",
            advice="Put them into your keyring with `nodreel upload --credentials`, or ask whoever"
            " writes the policy for a `broker`.",
            again=False,
        )
    usual: dict[str, Any] = {
        "client_options": _client(upload), "retry_config": retry or _RETRY,
    }  # fmt: skip
    make = {"s3": _s3, "az": _azure, "gs": _google}[scheme]
    with _told(), without(STORES), _believing(ca):
        return RemoteStore(make(store, upload, rest, credentials, usual))


def _settle(top: Path, key: str) -> None:
    """Have an object of a folder, or that it is gone, on the disk; OSError.

    What is read back comes out of memory: it proves nothing about a disk that loses its power.
    """
    path = top / key
    for place in (path, *path.parents):
        if place.is_file() or (place.is_dir() and hasattr(os, "O_DIRECTORY")):
            file = os.open(place, os.O_RDONLY)
            try:
                os.fsync(file)
            finally:
                os.close(file)
        if place == top.parent:
            return


def _client(upload: Upload) -> dict[str, Any]:
    told: dict[str, Any] = {
        "allow_http": (upload.endpoint or "").startswith("http://"),
        "timeout": _PATIENCE + timedelta(seconds=MOST / _SLOWEST),
        "connect_timeout": timedelta(seconds=20),
        "user_agent": "nodreel",
    }
    return told


@contextmanager
def _believing(ca: bytes | None) -> Iterator[None]:
    """Have the client that is made meanwhile believe these certificates and no others.

    The library's own option adds an authority to those of the system; this replaces them. The
    variables are those of its TLS library, read when a client is made. On Linux.
    """
    if ca is None:
        yield
        return
    with (
        tempfile.NamedTemporaryFile(prefix="nodreel-", suffix=".pem") as file,
        without(CERTIFICATES),
    ):
        file.write(ca)
        file.flush()
        os.environ[CERTIFICATES[0]] = file.name
        try:
            yield
        finally:
            del os.environ[CERTIFICATES[0]]


@contextmanager
def without(beginnings: tuple[str, ...]) -> Iterator[None]:
    """Have no variables of the environment meanwhile whose names begin so.

    The library takes addresses and credentials from there: only what the policy names is asked.
    """
    names = [name for name in os.environ if name.upper().startswith(beginnings)]
    before = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(before)


def _s3(
    store: Any, upload: Upload, rest: str, credentials: Credentials, usual: dict[str, Any]  # noqa: ANN401
) -> Any:  # fmt: skip  # noqa: ANN401
    if not credentials.access_key_id or not credentials.secret_access_key:
        raise UploadError("The credentials are not for S3.", again=False)
    bucket, _, prefix = rest.partition("/")
    more = {"endpoint": upload.endpoint, "session_token": credentials.session_token}
    return store.S3Store(
        bucket, prefix=prefix or None, region=upload.region or "us-east-1",
        access_key_id=credentials.access_key_id, secret_access_key=credentials.secret_access_key,
        virtual_hosted_style_request=False, **{k: v for k, v in more.items() if v}, **usual,
    )  # fmt: skip


def _azure(
    store: Any, upload: Upload, rest: str, credentials: Credentials, usual: dict[str, Any]  # noqa: ANN401
) -> Any:  # fmt: skip  # noqa: ANN401
    if not credentials.sas_token:
        raise UploadError("The credentials are not for Azure.", again=False)
    account, _, rest = rest.partition("/")
    container, _, prefix = rest.partition("/")
    more = {"endpoint": upload.endpoint} if upload.endpoint else {}
    return store.AzureStore(
        container, prefix=prefix or None, account_name=account, sas_key=credentials.sas_token,
        **more, **usual,
    )  # fmt: skip


def _google(
    store: Any, upload: Upload, rest: str, credentials: Credentials, usual: dict[str, Any]  # noqa: ANN401
) -> Any:  # fmt: skip  # noqa: ANN401
    if not credentials.bearer_token:
        raise UploadError("The credentials are not for Google.", again=False)
    if upload.endpoint:
        raise UploadError("Google's store has no other endpoint.", again=False)
    bucket, _, prefix = rest.partition("/")
    until = datetime.fromisoformat(credentials.expires) if credentials.expires else None
    token = {"token": credentials.bearer_token, "expires_at": until}
    return store.GCSStore(bucket, prefix=prefix or None, credential_provider=lambda: token, **usual)
