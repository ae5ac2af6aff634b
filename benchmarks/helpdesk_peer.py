"""The peer: django-helpdesk, as its manual sets it up, under the same server on the same PostgreSQL. Has its own environment.

``POST /tickets/submit/`` is its public form (answers a redirect to the ticket), ``POST /api/tickets/`` its REST API (201).

usage: HELPDESK_DSN=postgres://… python helpdesk.py setup    migrate, make a queue and a member of staff;
                                                             prints cookie, token and queue
       HELPDESK_DSN=postgres://… granian --interface wsgi helpdesk_peer:application
"""

import os
import sys
from urllib.parse import urlsplit

import django
from django.conf import settings

_dsn = urlsplit(os.environ["HELPDESK_DSN"])
settings.configure(
    DEBUG=False,
    SECRET_KEY="helpdesk-only-0123456789-0123456789-0123456789",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    SITE_ID=1,
    LOGGING_CONFIG=None,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    MEDIA_ROOT="/nonexistent",
    STATIC_URL="/static/",
    LOGIN_URL="/login/",
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "django.contrib.sites",
        "django.contrib.humanize",
        "rest_framework",
        "helpdesk",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _dsn.path[1:],
            "USER": _dsn.username,
            "PASSWORD": _dsn.password,
            "HOST": _dsn.hostname,
            "PORT": _dsn.port,
            "CONN_MAX_AGE": 600,
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    HELPDESK_SUBMIT_A_TICKET_PUBLIC=True,
    HELPDESK_REDIRECT_TO_LOGIN_BY_DEFAULT=False,
    HELPDESK_KB_ENABLED=False,
    HELPDESK_TEAMS_MODEL="auth.Group",
    HELPDESK_TEAMS_MIGRATION_DEPENDENCIES=[("auth", "0012_alter_user_first_name_max_length")],
    HELPDESK_KBITEM_TEAM_GETTER=lambda _item: None,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402  the settings come first
from django.http import HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [
    path("livez", lambda _request: HttpResponse("ok")),
    path("", include("helpdesk.urls", namespace="helpdesk")),
]
application = get_wsgi_application()


def setup() -> None:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
    from django.utils.crypto import get_random_string
    from helpdesk.models import Queue

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    queue = Queue.objects.create(
        slug="lifts", title="Lifts", allow_public_submission=True, email_address="queue@example.org"
    )
    user = User.objects.create_superuser("staff", email="staff@example.org")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    token = get_random_string(CSRF_SECRET_LENGTH, CSRF_ALLOWED_CHARS)
    sys.stdout.write(f"sessionid={session.session_key}; csrftoken={token} {token} {queue.pk}\n")


if __name__ == "__main__" and sys.argv[1:] == ["setup"]:
    setup()
