"""The content security policy of every page, written once a process."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse


class ContentPolicyMiddleware:
    """Add the policy of ``settings.CONTENT_SECURITY_POLICY``, as django-csp words it, where an answer has none of its own.

    No page of ours changes the policy or has a nonce, so it need not be put together again for each answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy."""
        answer = self.get_response(request)
        answer.headers.setdefault(HEADER, self.policy)
        return answer
