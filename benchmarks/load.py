"""The load: 16 connections that send prepared requests over and over, by wrk or, where there is none, by Python.

usage: python -m benchmarks.load SHOTS.json URL SECONDS CONNECTIONS    the Python generator; prints the same line as wrk's script

SHOTS.json is a list of {"method", "path", "headers", "body"}; every ``@KEY@`` in headers and body becomes a new idempotency
key each time.
"""

import http.client
import itertools
import json
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

KEY = "@KEY@"
WRK = shutil.which("wrk")
_RESULT = re.compile(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)")


@dataclass(frozen=True, slots=True)
class Shot:
    """One request, ready to be sent."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round gave. Times in milliseconds; ``bad`` counts answers of 400 and more, and what got none."""

    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float
    bad: int


def form(path: str, fields: dict[str, object], headers: dict[str, str], *, multipart: bool) -> Shot:
    """A posted form, encoded as a browser encodes it: multipart when the form takes files."""
    if not multipart:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return Shot(path, "POST", {**headers, **kind}, urlencode(fields).replace("%40KEY%40", KEY))
    mark = "----benchmarkboundary0123456789"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return Shot(
        path,
        "POST",
        {**headers, "Content-Type": f"multipart/form-data; boundary={mark}"},
        f"{''.join(parts)}--{mark}--\r\n",
    )


def fire(url: str, shots: list[Shot], *, seconds: float, connections: int = 16) -> Round:
    """Send the shots in turn for some seconds."""
    with tempfile.TemporaryDirectory() as directory:
        if WRK:
            script = Path(directory) / "shots.lua"
            script.write_text(_lua(shots))
            command = [WRK, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
            command += ["-s", str(script), url]
        else:
            given = Path(directory) / "shots.json"
            given.write_text(json.dumps([asdict(shot) for shot in shots]))
            command = [sys.executable, "-m", "benchmarks.load", str(given), url, str(seconds), str(connections)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = _RESULT.search(done.stdout)
    if found is None:
        raise RuntimeError(f"The load generator said nothing to read:\n{done.stdout}\n{done.stderr}")
    count, micros, p50, p95, p99, bad = map(int, found.groups())
    return Round(count, count / micros * 1e6, p50 / 1e3, p95 / 1e3, p99 / 1e3, bad)


def _lua(shots: list[Shot]) -> str:
    """The script for wrk. Each connection thread has its own key prefix, so that keys never meet again."""

    def text(value: str) -> str:
        return '"' + "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else _byte(c) for c in value) + '"'

    def one(shot: Shot) -> str:
        headers = ", ".join(f"[{text(name)}] = {text(value)}" for name, value in shot.headers.items())
        keyed = "true" if KEY in shot.body or any(KEY in value for value in shot.headers.values()) else "false"
        return (
            f"{{method = {text(shot.method)}, path = {text(shot.path)}, keyed = {keyed}, headers = {{{headers}}}, "
            f"body = {text(shot.body) if shot.body else 'nil'}}}"
        )

    listed = ",\n".join(one(shot) for shot in shots)
    return f"""
local shots = {{
{listed}
}}
local prefix, n = "{secrets.token_hex(8)}", 0
local fixed = {{}}
init = function(args)
  for i, shot in ipairs(shots) do
    if not shot.keyed then fixed[i] = wrk.format(shot.method, shot.path, shot.headers, shot.body) end
  end
end
request = function()
  n = n + 1
  local i = 1 + n % #shots
  if fixed[i] then return fixed[i] end
  local shot, key = shots[i], prefix .. string.format("%012d", n)
  local headers = {{}}
  for name, value in pairs(shot.headers) do headers[name] = string.gsub(value, "{KEY}", key) end
  local body = string.gsub(shot.body, "{KEY}", key)
  return wrk.format(shot.method, shot.path, headers, body)
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(95), latency:percentile(99), e.status + e.timeout + e.read + e.write + e.connect))
end
"""


def _byte(character: str) -> str:
    return "".join(f"\\{byte:03d}" for byte in character.encode())


def _python_generator(shots: list[Shot], url: str, seconds: float, connections: int) -> str:
    """What wrk does, in threads: slower, and it takes its share of the two cores, so compare only within one run."""
    address = urlsplit(url)
    turn, prefix = itertools.count(), secrets.token_hex(8)
    times: list[float] = []
    bad: list[int] = []
    end = time.monotonic() + seconds

    def worker() -> None:
        link = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=30)
        while time.monotonic() < end:
            number = next(turn)
            shot, key = shots[number % len(shots)], f"{prefix}{number:012d}"
            headers = {name: value.replace(KEY, key) for name, value in shot.headers.items()}
            began = time.perf_counter()
            try:
                link.request(shot.method, shot.path, shot.body.replace(KEY, key).encode() or None, headers)
                answer = link.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                bad.append(0)
                link.close()
                continue
            times.append(time.perf_counter() - began)
            if answer.status >= 400:  # noqa: PLR2004
                bad.append(answer.status)

    began = time.perf_counter()
    threads = [threading.Thread(target=worker) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began
    times.sort()
    at = [int(times[int(len(times) * share)] * 1e6) if times else 0 for share in (0.5, 0.95, 0.99)]
    return f"RESULT {len(times)} {int(wall * 1e6)} {at[0]} {at[1]} {at[2]} {len(bad)}"


if __name__ == "__main__":
    given = [Shot(**one) for one in json.loads(Path(sys.argv[1]).read_text())]
    print(_python_generator(given, sys.argv[2], float(sys.argv[3]), int(sys.argv[4])))
