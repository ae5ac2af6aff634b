"""How often one person, or one address without a person, may ask the REST API.

DRF's throttle keeps the times of the last requests as a list that is read and written back: two trips to the cache, and
two requests at one moment count as one. These count in fixed windows by one atomic step.
"""

from typing import TYPE_CHECKING, Any

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

if TYPE_CHECKING:  # DRF's views import what the settings name
    from rest_framework.views import APIView


class _Windows(SimpleRateThrottle):
    """At most so many in each window of the rate's period, by the clock."""

    duration: int
    num_requests: int

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count this one; refuse what is beyond the rate."""
        key = self.get_cache_key(request, view)
        if self.rate is None or key is None:
            return True
        self.now = self.timer()
        cache: Any = self.cache  # ours: config.caching
        return bool(cache.count(f"{key}:{int(self.now // self.duration)}", self.duration) <= self.num_requests)

    def wait(self) -> float:
        """Seconds until the next window."""
        return float(self.duration - self.now % self.duration)


class PersonThrottle(_Windows, UserRateThrottle):
    """By person; by address where nobody is signed in."""


class AnonymousThrottle(_Windows, AnonRateThrottle):
    """By address, for whoever is not signed in."""
