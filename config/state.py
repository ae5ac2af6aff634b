"""The state directory: one process at a time owns it, and what it keeps is private."""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self


class Trouble(Exception):
    """A start that cannot go on. The text says what is wrong and what to do, in Chinese and English."""


class StateLock:
    """Exclusive use of a state directory, held by the kernel: a killed holder leaves nothing to clean up.

    The file keeps a line about the holder, for the message that the second one gets.
    """

    def __init__(self, path: Path, about: str) -> None:
        self.path = path
        self.about = about
        self._file: int | None = None

    def __enter__(self) -> Self:
        """Take the lock or raise Trouble."""
        make_private(self.path.parent, mode=0o711)
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Trouble(f"状态目录不可写 · the state directory is not writable: {error}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(handle, 200).decode(errors="replace").strip()
            os.close(handle)
            raise Trouble(
                f"这个状态目录正在被使用:{self.path.parent} ({holder})。请先停掉它,或换一个目录:STATE_DIR=…\n"
                f"This state directory is in use. Stop the other one, or choose another with STATE_DIR=…"
            ) from error
        os.ftruncate(handle, 0)
        os.write(handle, f"pid {os.getpid()}, {self.about}\n".encode())
        self._file = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the lock."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def make_private(path: Path, *, mode: int = 0o700) -> None:
    """Make a directory of this mode, with its parents; an existing one keeps the mode that it has."""
    if path.is_dir():
        return
    try:
        path.mkdir(parents=True)
        path.chmod(mode)
    except OSError as error:
        raise Trouble(f"无法建立目录 · cannot make the directory {path}: {error}") from error


def write_whole(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file so that a reader, or a crash, meets the old text or the new one and never half of it."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(path)


def kept_secret(path: Path) -> str:
    """Return the secret kept in this file (mode 0600), making it the first time."""
    make_private(path.parent)
    if not path.exists() or not path.read_text().strip():
        write_whole(path, secrets.token_urlsafe(32))
    return path.read_text().strip()


def fingerprint(paths: Iterable[Path]) -> str:
    """A short hash over names, sizes and times of files: equal when none was touched. Cheap; no file is read."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        seen = path.stat()
        digest.update(f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]
