"""The health check of a container: ``python -m config.probe PORT`` asks /readyz under a host name that the portal answers to."""

import http.client
import os
import sys


def main(arguments: list[str]) -> int:
    """Return 0 when ready, 1 when not."""
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].lstrip(".")
    asked = http.client.HTTPConnection("127.0.0.1", int(arguments[0]), timeout=4)
    try:
        asked.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return 0 if asked.getresponse().status == http.HTTPStatus.OK else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
