"""Which city's rules are set: an officer may answer for several, and ``?city=`` names one by its code."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from repairs import rule_rows as rows
from tenancy.access import ActingRequest
from tenancy.models import Area


@dataclass(frozen=True, slots=True)
class Cities:
    """The chosen city, and every city that the officer answers for."""

    area: Area
    every: tuple[Area, ...]

    def url(self, name: str, *args: Any, **more: str) -> str:
        """The address of a page of the chosen city's rules; ``more`` are fields of its query."""
        query = {"city": self.area.code, **more} if len(self.every) > 1 else more
        address = reverse(f"repairs_city_{name}", args=args)
        return f"{address}?{urlencode(query)}" if query else address

    def switch(self, name: str) -> list[dict[str, Any]]:
        """The choice between the cities on one page, as ``ui/tabs.html`` shows it; nothing where there is one."""
        if len(self.every) == 1:
            return []
        return [
            {"url": Cities(area, self.every).url(name), "label": area.name, "active": area == self.area}
            for area in self.every
        ]


def cities(request: ActingRequest) -> Cities:
    """The city that the address names, else the first; 404 for one that the officer does not answer for."""
    every = tuple(rows.cities_of(request.actor.organisation_id or 0, localdate()))
    wanted = request.GET.get("city") or (every[0].code if every else "")
    area = next((area for area in every if area.code == wanted), None)
    if area is None or not request.actor.compound_ids:
        raise Http404
    return Cities(area, every)
