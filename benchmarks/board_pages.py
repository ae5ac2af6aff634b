"""The portal's pages with one question more: ``GET /bench/announce?<compound id>&<n>&<size>`` announces from a web process.

usage: granian benchmarks.board_pages:application --interface wsgi    (with the options of ``config.serve``)
"""

from collections.abc import Iterable
from typing import Any

from benchmarks.announcing import announce
from config.wsgi import application as portal


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/bench/announce":
        announce(*map(int, environ["QUERY_STRING"].split("&")))
        start_response("200 OK", [("Content-Length", "0")])
        return []
    return portal(environ, start_response)
