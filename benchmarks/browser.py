"""As much of a browser as the measurements need: cookies, redirects, forms found in pages, gzip."""

import gzip
import io
import re
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: where it came from in the end, its status, its text, its bytes over the wire."""

    url: str
    status: int
    text: str
    wire: int

    @property
    def token(self) -> str:
        """The CSRF token of the page's forms."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text)
        return found[1] if found else ""


class Browser:
    """One person's browser."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    @property
    def cookie_header(self) -> str:
        """The cookies as a socket sends them."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)

    def get(self, path: str) -> Page:
        """Open a page, following redirects."""
        return self._send(urllib.request.Request(urljoin(self.base, path)))

    def post(self, path: str, fields: dict[str, str], files: dict[str, bytes] | None = None) -> Page:
        """Send a form; with files as multipart."""
        url = urljoin(self.base, path)
        if files is None:
            return self._send(urllib.request.Request(url, urlencode(fields).encode()))
        mark = secrets.token_hex(16)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        parts += [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="photo.jpg"\r\n'
            f"Content-Type: image/jpeg\r\n\r\n".encode()
            + content
            + b"\r\n"
            for name, content in files.items()
        ]
        body = b"".join([*parts, f"--{mark}--\r\n".encode()])
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return self._send(urllib.request.Request(url, body, kind))

    def enter(self, role: str = "") -> None:
        """Sign in with one tap as the first person of the demonstration whose row has this word (any when empty)."""
        page = self.get("/accounts/login/")
        people = re.findall(r'name="person" value="([^"]+)"(.*?)</form>', page.text, re.DOTALL)
        key = next(key for key, row in people if role in row)
        page = self.post("/accounts/demonstration/", {"csrfmiddlewaretoken": page.token, "person": key, "next": "/"})
        if "/standing/" in page.url:
            kind = re.search(r'name="([^"]+)" value="((?:post|home)[^"]*)"', page.text)
            if kind:
                page = self.post(page.url, {"csrfmiddlewaretoken": page.token, kind[1]: kind[2], "next": "/"})

    def _send(self, request: urllib.request.Request) -> Page:
        request.add_header("Accept-Language", "zh-CN")
        request.add_header("Accept-Encoding", "gzip")
        try:
            answer = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            content = answer.read()
            head = len(str(answer.headers).encode())
            packed = answer.headers.get("Content-Encoding") == "gzip"
            plain = gzip.GzipFile(fileobj=io.BytesIO(content)).read() if packed else content
            return Page(answer.url, answer.status, plain.decode(errors="replace"), len(content) + head)
