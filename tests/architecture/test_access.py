"""Every URL declares who may open it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        else:
            yield route, entry


def _access(view: Any) -> str:
    """What a view declares: on the function, or on the class of a REST resource."""
    return getattr(view, "access", "") or getattr(getattr(view, "cls", None), "access", "")


def test_every_view_declares_its_access() -> None:
    found = list(_patterns(get_resolver()))
    assert found
    bare = [route for route, pattern in found if not _access(pattern.callback)]
    assert bare == []
