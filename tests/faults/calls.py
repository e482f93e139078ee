"""Standing where nodreel's own code meets the file system: every call below one folder, in order.

``Calls`` replaces functions of ``os`` while it is entered. Who derives from it looks at each call
before it is made (and may refuse it) and after it was made. Calls elsewhere are left alone.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from nodreel import host

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN: Final = ("write", "read", "fsync", "ftruncate")
"""What is called with a descriptor."""
NAMED: Final = ("mkdir", "rmdir", "unlink", "rename", "replace")
"""What is called with a name."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call; ``path`` is what it is about, ``to`` the new name, ``flags`` those of an open."""

    name: str
    path: Path
    fd: int = -1
    to: Path | None = None
    flags: int = 0
    data: bytes = b""
    at: int = 0
    size: int = 0


class Calls:
    """Sees every call about files below ``home``."""

    def __init__(self, home: Path) -> None:
        self._home = str(home)
        self._real: dict[str, Any] = {}
        self._paths: dict[int, Path] = {}

    def before(self, call: Call) -> None:
        """Raise OSError to refuse it."""

    def after(self, call: Call) -> None:
        """Take note of a call that was made."""

    def size_of_write(self, call: Call) -> int:
        """How many bytes this write takes."""
        return len(call.data)

    def __enter__(self) -> Self:
        names = ("open", "close", "listdir", "lseek", *PLAIN, *NAMED)
        self._real = {name: getattr(os, name) for name in names}
        for name in PLAIN:
            setattr(os, name, getattr(self, f"_{name}"))
        for name in NAMED:
            setattr(os, name, self._named(name))
        os.open, os.close, os.listdir = self._open, self._close, self._listdir  # type: ignore[assignment]
        if hasattr(host, "punch"):
            self._real["punch"] = host.punch
            host.punch = self._punch
        return self

    def __exit__(self, *_: object) -> None:
        for name, real in self._real.items():
            setattr(host if name == "punch" else os, name, real)

    def _where(self, path: Any, dir_fd: int | None) -> Path | None:
        if isinstance(path, int):
            return self._paths.get(path)
        whole = Path(path)
        if dir_fd is not None and not whole.is_absolute():
            folder = self._paths.get(dir_fd)
            return None if folder is None else folder / whole
        return whole if str(whole).startswith(self._home) else None

    def _open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        where = self._where(path, dir_fd)
        if where is None:
            fd: int = self._real["open"](path, flags, mode, dir_fd=dir_fd)
            return fd
        fresh = bool(flags & os.O_CREAT) and not os.path.lexists(where)
        call = Call("create" if fresh else "open", where, flags=flags)
        self.before(call)
        fd = self._real["open"](path, flags, mode, dir_fd=dir_fd)
        self._paths[fd] = where
        self.after(Call(call.name, where, fd, flags=flags))
        return fd

    def _close(self, fd: int) -> None:
        self._paths.pop(fd, None)
        self._real["close"](fd)

    def _listdir(self, path: Any = ".") -> list[str]:
        where = self._where(path, None)
        if where is not None:
            self.before(Call("listdir", where))
        found: list[str] = self._real["listdir"](path)
        return found

    def _read(self, fd: int, size: int) -> bytes:
        where = self._paths.get(fd)
        if where is not None:
            self.before(Call("read", where, fd))
        data: bytes = self._real["read"](fd, size)
        return data

    def _write(self, fd: int, data: bytes) -> int:
        where = self._paths.get(fd)
        if where is None:
            done: int = self._real["write"](fd, data)
            return done
        call = Call("write", where, fd, data=bytes(data))
        self.before(call)
        done = self._real["write"](fd, call.data[: self.size_of_write(call)])
        at = self._real["lseek"](fd, 0, os.SEEK_CUR) - done
        self.after(Call("write", where, fd, data=call.data[:done], at=at))
        return done

    def _fsync(self, fd: int) -> None:
        self._about(Call("fsync", self._paths.get(fd, Path()), fd), lambda: self._sync(fd))

    def _sync(self, fd: int) -> None:
        """The real thing would only cost time: no power is cut while this process lives."""

    def _ftruncate(self, fd: int, size: int) -> None:
        call = Call("ftruncate", self._paths.get(fd, Path()), fd, size=size)
        self._about(call, lambda: self._real["ftruncate"](fd, size))

    def _punch(self, fd: int, at: int, size: int) -> bool:
        call = Call("punch", self._paths.get(fd, Path()), fd, at=at, size=size)
        done: list[bool] = []
        self._about(call, lambda: done.append(self._real["punch"](fd, at, size)))
        return done[0]

    def _about(self, call: Call, do: Callable[[], object]) -> None:
        if call.path != Path():
            self.before(call)
        do()
        if call.path != Path():
            self.after(call)

    def _named(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def made(path: Any, *more: Any, dir_fd: int | None = None, **other: Any) -> Any:
            source = other.get("src_dir_fd", dir_fd)
            where = self._where(path, source)
            if dir_fd is not None:
                other["dir_fd"] = dir_fd
            if where is None:
                return real(path, *more, **other)
            renames = name in {"rename", "replace"}
            to = self._where(more[0], other.get("dst_dir_fd")) if renames else None
            call = Call("rename" if renames else name, where, to=to)
            self.before(call)
            result = real(path, *more, **other)
            if call.to is not None:
                self._moved(where, call.to)
            self.after(call)
            return result

        return made

    def _moved(self, path: Path, to: Path) -> None:
        """A folder that is open under its old name goes on under the new one."""
        for fd, known in self._paths.items():
            if known == path or path in known.parents:
                self._paths[fd] = to / known.relative_to(path)
