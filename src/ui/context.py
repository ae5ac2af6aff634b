"""What every page's shell needs. All of it is lazy: a fragment that shows no shell asks nothing."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language

from ui.navigation import BAR_SIZE, ShownTab, tabs_for

TYPE_COOKIE = "type"
LARGE = "large"
NORMAL = "normal"

ShellProvider = Callable[[HttpRequest], dict[str, Any]]
_providers: list[ShellProvider] = []


def register_shell_provider(provider: ShellProvider) -> None:
    """Let an upper floor add to ``shell.provided``: called at most once a page, and only if the page shows it.

    Known keys: ``property_phone`` and ``property_name`` (the property office, always in sight in 长者模式),
    ``compound_name`` (beside the brand).
    """
    if provider not in _providers:
        _providers.append(provider)


class Shell:
    """The shell of one page, worked out when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def tabs(self) -> list[ShownTab]:
        """The tabs of the acting person; in 长者模式 only the essential ones."""
        return [tab for tab in tabs_for(self._request) if tab.essential or not self.large]

    @cached_property
    def bar(self) -> list[ShownTab]:
        """What stands in the bottom bar of a phone."""
        return self.tabs if len(self.tabs) <= BAR_SIZE else self.tabs[: BAR_SIZE - 1]

    @cached_property
    def more(self) -> list[ShownTab]:
        """What stands behind "更多" in the bottom bar."""
        return self.tabs[len(self.bar) :]

    @cached_property
    def large(self) -> bool:
        """长者模式: as this device was last set, else as the person was."""
        chosen = self._request.COOKIES.get(TYPE_COOKIE)
        if chosen in (LARGE, NORMAL):
            return chosen == LARGE
        user = getattr(self._request, "user", None)
        return bool(user is not None and user.is_authenticated and getattr(user, "large_type", False))

    @cached_property
    def type_size(self) -> str:
        """``large`` or ``normal``, for ``html[data-type]``."""
        return LARGE if self.large else NORMAL

    @cached_property
    def lang(self) -> str:
        """The page's language for ``html[lang]``: browsers choose Chinese glyphs by ``zh-CN``."""
        language = get_language() or "zh-hans"
        return "zh-CN" if language == "zh-hans" else language

    @cached_property
    def person(self) -> int:
        """The signed-in person's id, 0 for nobody: drafts on a shared device are kept apart by it."""
        user = getattr(self._request, "user", None)
        return int(user.pk) if user is not None and user.is_authenticated else 0

    @cached_property
    def provided(self) -> dict[str, Any]:
        """What the registered providers say of this page. Known keys are always there: a template may default to one."""
        empty = {"property_phone": "", "property_name": "", "compound_name": ""}
        said = {key: value for provider in _providers for key, value in provider(self._request).items()}
        return {**empty, **said}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the page shell: ``actor`` and ``shell``."""
    return {"actor": getattr(request, "actor", None), "shell": Shell(request)}
