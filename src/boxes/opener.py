"""Opens sealed ballots in a process of its own, one for each core: libsodium waits for nobody there.

``python -m boxes.opener`` takes one line of JSON (the box and its key), then blocks: four bytes that say how many ballots
follow, and the ballots, all of one length. It answers each block with a line of JSON: ``new``, the answers that it has not named
before, and ``each``, for every ballot the place of its answers among all that it named. Plain Python, no database.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from queue import SimpleQueue
from typing import Any, BinaryIO, Self

from nacl.public import PrivateKey

from elections.box.ballots import Box, Opened, Opener
from elections.box.questions import Answer, Item

BLOCK = 1000
_SIZE = 4


class Stopped(RuntimeError):
    """A process that opened ballots ended before its work."""


def open_all(
    box: Box,
    key: PrivateKey,
    sealed: Sequence[bytes],
    *,
    processes: int = 0,
    told: Callable[[int], None] = lambda _n: None,
) -> list[Opened]:
    """What is in every ballot, in their order. ``told`` hears from this thread how many are open. Raises Stopped."""
    size = max(map(len, sealed), default=0)
    blocks = [sealed[at : at + BLOCK] for at in range(0, len(sealed), BLOCK)]
    many = max(1, min(processes or os.cpu_count() or 1, len(blocks)))
    found: list[Opened] = []
    idle: SimpleQueue[_Worker] = SimpleQueue()

    def work(block: Sequence[bytes]) -> list[Opened]:
        worker = idle.get()
        try:
            return worker.open(block)
        finally:
            idle.put(worker)

    with ExitStack() as stack, ThreadPoolExecutor(many) as pool:
        for _ in range(many):
            idle.put(stack.enter_context(_Worker(box, key, size)))
        for some in pool.map(work, blocks):
            found += some
            told(len(found))
    return found


class _Worker:
    """One process, and what it has named so far."""

    def __init__(self, box: Box, key: PrivateKey, size: int) -> None:
        self._size = size
        self._known: list[Opened] = []
        # Our own module by our own interpreter; the key goes through the pipe, never onto the command line.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "boxes.opener"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        head = {
            "name": box.name, "public_key": box.public_key, "items": [one.as_data() for one in box.items],
            "private_key": bytes(key).hex(), "size": size,
        }  # fmt: skip
        self._ask(json.dumps(head).encode() + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(BrokenPipeError):
            self._process.communicate()

    def open(self, block: Sequence[bytes]) -> list[Opened]:
        """What is in the ballots of a block. What is too short is none: filled up, it opens to nothing."""
        self._ask(len(block).to_bytes(_SIZE, "big") + b"".join(one.ljust(self._size, b"\0") for one in block))
        line = self._process.stdout.readline() if self._process.stdout is not None else b""
        if not line:
            raise Stopped
        said = json.loads(line)
        self._known += [_read(one) for one in said["new"]]
        return [self._known[place] for place in said["each"]]

    def _ask(self, data: bytes) -> None:
        try:
            if self._process.stdin is not None:
                self._process.stdin.write(data)
                self._process.stdin.flush()
        except BrokenPipeError as error:
            raise Stopped from error


def _read(given: Mapping[str, Any]) -> Opened:
    answers = {key: Answer(choice, tuple(names), reason) for key, (choice, names, reason) in given["answers"].items()}
    return Opened(answers, given["reason"])


def _named(one: Opened) -> dict[str, Any]:
    return {
        "answers": {key: [answer.choice, answer.names, answer.reason] for key, answer in one.answers.items()},
        "reason": one.reason,
    }


def _items(given: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    for one in given:
        names = tuple((name["key"], name["name"]) for name in one["candidates"])
        yield Item(one["key"], one["matter"], one["text"], one["scope"], one["seats"], names)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Open what comes until nothing more does."""
    head = json.loads(source.readline())
    box = Box(head["name"], tuple(_items(head["items"])), head["public_key"])
    opener = Opener(box, PrivateKey(bytes.fromhex(head["private_key"])))
    size: int = head["size"]
    places: dict[int, int] = {}
    kept: list[Opened] = []  # so that no other object takes the id of one that was named
    while count := int.from_bytes(source.read(_SIZE), "big"):
        data = source.read(count * size)
        new, each = [], []
        for at in range(0, len(data), size):
            found = opener(data[at : at + size])
            place = places.get(id(found))
            if place is None:
                place = places[id(found)] = len(kept)
                kept.append(found)
                new.append(_named(found))
            each.append(place)
        target.write(json.dumps({"new": new, "each": each}, separators=(",", ":")).encode() + b"\n")
        target.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
