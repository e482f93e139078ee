"""Requests to delete what was sent: signed when the yes was given, asked when it is taken back.

``<data>/requests/`` holds one file for each, JSON of where it goes and the tombstone; its name's
end says how far it is: ``.ready`` (not asked; ``.begun``: about an episode of which something
left), ``.open`` (asked, no answer yet), ``.done`` (the answer, checked, lies beside it as
``.answer``). Asking is a rename: it needs no key, which a
withdrawal destroys, no room on the disk and no network. Nothing may be sent under a consent that
has no request ready.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nodreel.consent.acknowledgement import read_acknowledgement
from nodreel.consent.tombstone import SUFFIX, Tombstone, make_tombstone, read_tombstone
from nodreel.errors import EpisodeError, StoreError
from nodreel.host import private_dir
from nodreel.host.files import read_private, remove, rename, replace_private
from nodreel.policy import Upload, canonical

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from nodreel.paths import Paths

REQUESTS: Final = "requests"
READY: Final = ".ready"
BEGUN: Final = ".begun"
OPEN: Final = ".open"
DONE: Final = ".done"
ANSWER: Final = ".answer"
_LARGEST: Final = 4 << 20

State = Literal["ready", "begun", "open", "done"]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    v: Literal[1] = 1
    upload: Upload
    tombstone: Annotated[str, Field(max_length=1 << 20)]


@dataclass(frozen=True, slots=True)
class Request:
    """One request: ``upload`` says where it goes, ``data`` is the tombstone as it is sent."""

    path: Path
    state: State
    upload: Upload
    tombstone: Tombstone
    data: bytes

    @property
    def name(self) -> str:
        """The tombstone's name."""
        return self.tombstone.name


class Signer(Protocol):
    """Who speaks for a consent: its Grant, or the ceremony that makes it."""

    @property
    def consent_id(self) -> str:
        """Which consent."""
        ...

    @property
    def public_key(self) -> bytes:
        """Its Ed25519 key."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Sign with it."""
        ...


def prepare(
    paths: Paths, upload: Upload, signer: Signer, episodes: Collection[str] = (), *,
    asked: bool = False,
) -> str:  # fmt: skip
    """Write a signed request, durably, and return its name. ``asked``: it goes out.

    One about episodes waits as ``.begun``: a withdrawal asks for all of a consent anyway. Raises
    StoreError, DiskFullError.
    """
    name, data = make_tombstone(signer.consent_id, signer.public_key, signer.sign, episodes)
    file = _File(upload=upload, tombstone=data.decode("ascii"))
    end = OPEN if asked else BEGUN if episodes else READY
    path = _folder(paths) / (name.removesuffix(SUFFIX) + end)
    replace_private(path, canonical(file.model_dump(mode="json")))
    return name


def ask_for(paths: Paths, name: str) -> bool:
    """Have the request about an episode go out; False when there is none. Raises StoreError."""
    path = _begun(paths, name)
    try:
        rename(path, path.with_suffix(OPEN).name)
    except FileNotFoundError:
        return any(path.with_suffix(end).exists() for end in (OPEN, DONE))
    return True


def drop(paths: Paths, name: str) -> None:
    """Remove the request about an episode: nobody can ask for that any more. Raises StoreError."""
    remove(_begun(paths, name))


def ask(paths: Paths, *, spared: str | None = None) -> int:
    """Have all that was sent under any consent of this person deleted; returns how many are new.

    ``spared``: but for that consent. Raises StoreError when one cannot be renamed, after the others
    were.
    """
    failed: StoreError | None = None
    count = 0
    kept = {r.path for r in requests(paths, "ready") if r.tombstone.consent == spared}
    for path in (p for p in _files(paths, READY) if p not in kept):
        try:
            rename(path, path.with_suffix(OPEN).name)
            count += 1
        except FileNotFoundError:
            continue  # somebody else asked at the same moment
        except StoreError as error:
            failed = error
    if failed is not None:
        raise failed
    return count


def is_ready(paths: Paths, consent: str, public_key: bytes) -> bool:
    """Whether what is sent under a consent could be asked back."""
    return any(
        not found.tombstone.episodes and found.tombstone.covers(consent, public_key.hex(), "")
        for found in requests(paths, "ready")
    )


def requests(paths: Paths, *states: State) -> tuple[Request, ...]:
    """Return the readable requests in these states (all, if none is named), by name."""
    found = []
    ends: dict[State, str] = {"ready": READY, "begun": BEGUN, "open": OPEN, "done": DONE}
    for state in states or tuple(ends):
        for path in _files(paths, ends[state]):
            request = _read(path, state)
            if request is not None:
                found.append(request)
    return tuple(found)


def unreadable(paths: Paths) -> tuple[Path, ...]:
    """Return the requests that are asked and cannot be: nobody can tell any more what they say."""
    return tuple(
        path for path in _files(paths, OPEN) if _read(path, "open") is None and path.exists()
    )


def _read(path: Path, state: State) -> Request | None:
    try:
        file = _File.model_validate_json(read_private(path, limit=_LARGEST))
        data = file.tombstone.encode()
        return Request(path, state, file.upload, read_tombstone(data), data)
    except (FileNotFoundError, StoreError, EpisodeError, ValidationError, RecursionError):
        return None


def waiting(paths: Paths) -> frozenset[str]:
    """Return what names the requests that have no answer yet; asked often, so none is read."""
    return frozenset(path.stem for path in _files(paths, OPEN))


def answered(request: Request, answer: bytes) -> int:
    """Take an answer: checked, kept beside the request, which is then done. Returns how many went.

    Raises EpisodeError when it is not the answer of the key that was agreed on; StoreError.
    """
    said = read_acknowledgement(answer, tombstone=request.name, public_key=request.upload.inbox_key)
    replace_private(request.path.with_suffix(ANSWER), answer)
    rename(request.path, request.path.with_suffix(DONE).name)
    return said.objects


def _begun(paths: Paths, name: str) -> Path:
    return paths.data / REQUESTS / (name.removesuffix(SUFFIX) + BEGUN)


def _files(paths: Paths, end: str) -> list[Path]:
    folder = paths.data / REQUESTS
    return sorted(folder.glob(f"*{end}")) if folder.is_dir() else []


def _folder(paths: Paths) -> Path:
    private_dir(paths.data)
    return private_dir(paths.data / REQUESTS)
