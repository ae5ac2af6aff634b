"""Residents who file over real HTTP and do not give up: the same key until it is acknowledged."""

import http.client
import json
import re
import secrets
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Self

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
BROKEN = (OSError, http.client.HTTPException)  # URLError is an OSError; a refused or cut connection is both


class Resident:
    """One signed-in resident of the demonstration."""

    def __init__(self, address: str, name: str, code: str) -> None:
        self.address = address
        self.filing = f"/c/{code}/repairs/new/"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = self.get("/accounts/login/")
        buttons = re.findall(r'name="person" value="([^"]+)".*?row-title">([^<]+)<', page, re.DOTALL)
        key = next(key for key, label in buttons if label == name)
        self.post("/accounts/demonstration/", {"csrfmiddlewaretoken": self.token(page), "person": key})
        page = self.get(self.filing)
        self.csrf = self.token(page)
        self.person = re.search(r'name="filer" value="(\d+)"', page)[1]  # type: ignore[index]
        self.home = re.search(r'name="home" value="(\d+)"', page)[1]  # type: ignore[index]

    @staticmethod
    def token(page: str) -> str:
        found = TOKEN.search(page)
        assert found is not None
        return found[1]

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=10) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(  # noqa: S310  our own address
            self.address + path, urllib.parse.urlencode(fields).encode(), headers, method="POST"
        )
        with self.opener.open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()

    def file(self, words: str, key: str) -> str | None:
        """File once; the address of the request when the portal acknowledged it, None when it did not answer well."""
        fields = {
            "csrfmiddlewaretoken": self.csrf,
            "idempotency_key": key,
            "filer": self.person,
            "category": "other",
            "place": "home",
            "home": self.home,
            "words": words,
        }
        try:
            status, text = self.post(self.filing, fields, **{"X-Draft": "1"})
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise AssertionError(f"{error.code}: {error.read().decode()[:500]}") from error
            return None
        except BROKEN:
            return None
        assert status == 201, (status, text[:500])
        return str(json.loads(text)["location"])


@dataclass
class Load:
    """Residents who file one request after the other, each in a thread of its own, until told to stop."""

    residents: list[Resident]
    acknowledged: dict[str, set[str]] = field(default_factory=dict)  # words -> every address that was answered
    interrupted: int = 0
    failures: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, args=(one,)) for one in self.residents]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let each finish what it has begun, then end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def count(self) -> int:
        """How many are acknowledged so far."""
        with self._lock:
            return len(self.acknowledged)

    def _run(self, resident: Resident) -> None:
        try:
            while not self._stop.is_set():
                words, key = f"drill {secrets.token_hex(8)}", secrets.token_urlsafe(24)
                while (location := resident.file(words, key)) is None:
                    with self._lock:
                        self.interrupted += 1
                    threading.Event().wait(0.1)  # as the phone does: try again a little later
                # Once more, as a phone does that never saw the answer.
                again = resident.file(words, key)
                with self._lock:
                    self.acknowledged[words] = {location} | ({again} if again else set())
        except BaseException as error:  # noqa: BLE001  shown by the drill, not lost in a thread
            self.failures.append(error)
