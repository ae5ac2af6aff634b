"""Every answer has the policy, as django-csp itself would write it; one with its own keeps that."""

import pytest
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from ui.middleware import ContentPolicyMiddleware

HEADER = "Content-Security-Policy"


def directives(answer: HttpResponse) -> dict[str, str]:
    """The policy of an answer by directive: django-csp writes them in any order."""
    return dict(one.split(" ", 1) for one in answer[HEADER].split("; "))


def ordered(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@pytest.mark.django_db
def test_the_policy_is_that_of_the_settings(client: Client) -> None:
    asked = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives(client.get("/accounts/login/")) == {name: " ".join(values) for name, values in asked.items()}


def test_it_is_what_django_csp_writes() -> None:
    request = RequestFactory().get("/")
    answers = [kind(ordered)(request) for kind in (ContentPolicyMiddleware, CSPMiddleware)]
    assert directives(answers[0]) == directives(answers[1])


@pytest.mark.parametrize("status", [200, 404, 500])
def test_an_answer_with_a_policy_of_its_own_keeps_it(status: int) -> None:
    def own(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("", status=status, headers={HEADER: "sandbox"})

    assert ContentPolicyMiddleware(own)(RequestFactory().get("/"))[HEADER] == "sandbox"
