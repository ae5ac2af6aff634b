"""Settings of every form of the portal; only the environment differs. They fail at start-up, not at use."""

import sys
from pathlib import Path

import django_stubs_ext

from config import environment

django_stubs_ext.monkeypatch()
from config.elsewhere import accounts_elsewhere  # noqa: E402

HERE = environment.read()
env = HERE.env
BASE_DIR = environment.ROOT
STATE_DIR = HERE.state_dir
FORM = HERE.form
SERVED = HERE.served
# One tap signs in as any invented person: only ever in a demonstration, and never in the served form.
DEMONSTRATION = FORM == "embedded" and env.bool("DEMONSTRATION", default=True)

DEBUG = False
SECRET_KEY = HERE.secret("SECRET_KEY")
# Encrypts personal fields; apart from SECRET_KEY so that either can be rotated alone. The first key writes, all read.
PERSONAL_KEYS = [key for key in HERE.secret("PERSONAL_KEYS").split(",") if key]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if SERVED else ["*"])
if SERVED and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    HERE.problems.append("ALLOWED_HOSTS: 请列出网站的域名,不能是 *。")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[f"https://{h}" for h in ALLOWED_HOSTS if SERVED])
PUBLIC_URL = env.str(
    "PUBLIC_URL",
    default=f"https://{ALLOWED_HOSTS[0]}"
    if SERVED and ALLOWED_HOSTS
    else f"http://localhost:{env.int('PORT', default=8000)}",
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "allauth.headless",
    "tenancy",
    "calendars",
    "lifecycle",
    "ui",
    "accounts",
    "audit",
    "idempotency",
    "messaging",
    "documents",
    "live",
    "webhooks",
    "parties",
    "premises",
    "duty",
    "firms",
    "registers",
    "residency",
    "notices",
    "posting",
    "screens",
    "letters",
    "publicity",
    "equipment",
    "rosters",
    "rounds",
    "repairs",
    "elections",
    "boxes",
    "ballots",
    "paper_ballots",
    "candidates",
    "committees",
    "defects",
    "oversight",
    "open311",
    "handover",
    "portal",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ui.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.AppSessionMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "handover.middleware.LateRecordMiddleware",
    "tenancy.middleware.ActorMiddleware",
]

FORM_RENDERER = "ui.forms.FormRenderer"
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "ui.loader.Loader",  # Django's cached loader, which also settles what never changes
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.shell",
            ],
        },
    },
]

# --- database -----------------------------------------------------------------------------------------------------
DATABASE_URL = HERE.required("DATABASE_URL", "PostgreSQL 连接串,例如 postgres://gongzhi:...@db:5432/gongzhi")
# Threads that come and go (sockets, tasks, one process for all) share a pool; those of the pages (config.wsgi) are few and
# stay, so each keeps its connection: DATABASE_POOL=0.
DATABASE_POOL = 0 if FORM == "test" else env.int("DATABASE_POOL", default=16)
DATABASES = {
    "default": {
        **env.db_url_config(DATABASE_URL or "postgres://gongzhi@127.0.0.1:1/gongzhi"),
        "ENGINE": "tenancy.postgresql",
        "CONN_MAX_AGE": 0 if DATABASE_POOL or FORM == "test" else 600,
        "CONN_HEALTH_CHECKS": True,  # what a restart of PostgreSQL broke is thrown away before a page meets it
        "OPTIONS": {
            # Only what asks to be prepared is (tenancy.statements). PgBouncer before 1.21 cannot: DATABASE_PREPARE=0.
            "prepare_threshold": 2**31 if env.bool("DATABASE_PREPARE", default=True) else None,
            **({"pool": {"min_size": 2, "max_size": DATABASE_POOL, "timeout": 20}} if DATABASE_POOL else {}),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Person"

# --- cache, sessions, live, tasks ---------------------------------------------------------------------------------
CACHES: dict[str, dict[str, object]]
LIVE_PREFIX = "gongzhi"
REDIS_URL = HERE.required("REDIS_URL", "Redis 地址,例如 redis://redis:6379/0")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "config.caching.RedisCache", "LOCATION": REDIS_URL}}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": LIVE_PREFIX},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "config.caching.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20000}}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
CELERY_BROKER_URL = HERE.required(
    "CELERY_BROKER_URL", "任务队列地址,例如 amqp://mq 或 redis://redis:6379/1", default="memory://localhost"
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_ACKS_LATE = True
if CELERY_BROKER_URL.startswith("memory:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.01}

# --- language and time ----------------------------------------------------------------------------------------------
# Chinese is the source language of every text (docs/decisions), English its translation.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(STATE_DIR / "static")))
MEDIA_ROOT = STATE_DIR / "media"
S3_BUCKET = env.str("S3_BUCKET", default="")
# Where pictures come from when the store hands them out itself: allowed in pages beside our own address.
S3_ORIGINS = env.list("S3_ORIGINS", default=["https://*.amazonaws.com"]) if S3_BUCKET else []
# The internal location under which the web server in front serves MEDIA_ROOT (X-Accel-Redirect); empty: we send files.
DOCUMENTS_ACCEL_PREFIX = env.str("DOCUMENTS_ACCEL_PREFIX", default="")
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": S3_BUCKET,
                "endpoint_url": env.str("S3_ENDPOINT", default="") or None,
                "querystring_auth": True,
                "default_acl": "private",
            },
        }
        if S3_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if FORM == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Tests take the assets from where they lie: nothing has to be collected before.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = FORM == "test"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 12

# --- security ---------------------------------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if SERVED:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *S3_ORIGINS],
        "connect-src": ["'self'", "ws:" if not SERVED else "wss:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"

# --- sign-in (accounts) -----------------------------------------------------------------------------------------------
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
STANDING_URL = "/standing/"
# Pages about the person alone, before or beside any standing: joining a compound (residency). Calls by key (open311).
# What a pass opens, whoever is signed in beside it (live). Votes for somebody in a compound where one need not live (ballots).
WITHOUT_STANDING = (
    "/join/", "/j/", "/open311/v2/", "/board/", "/ballot-box/", "/live/pass/", "/screen/", "/e/", "/api/v1/posting/",
    "/api/v1/rounds/",
    "/api/v1/paper-ballots/", "/votes/",
)  # fmt: skip
AUTHENTICATION_BACKENDS = ["accounts.backends.PersonBackend"]
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# allauth's own code flow stays off: resending to an unknown number breaks it, and it keeps number and code in the session
# (docs/decisions/sign-in.md). Ours is accounts.actions.request_code / answer_code.
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# A change of number or of the second factor needs a code to the present number, not older than this.
STEP_UP_SECONDS = 600
# The privacy notice (templates/accounts/privacy_text.html): a new version asks everyone once more.
PRIVACY_VERSION = "2026-11"

MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SERVED
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "login_webauthn": "accounts.forms.LoginPasskeyForm",
    "authenticate_webauthn": "accounts.forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.ReauthenticatePasskeyForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.EditPasskeyForm",
}
# Officers must have a second factor in the served form; who is one, the upper floors say (accounts.mfa).
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=SERVED)

USERSESSIONS_ADAPTER = "accounts.adapters.SessionsAdapter"
HEADLESS_ADAPTER = "accounts.adapters.AppAdapter"
HEADLESS_CLIENTS = ["app"]

SMS_BACKEND = env.str("SMS_BACKEND", default="memory" if FORM == "test" else "console")
SMS_TIMEOUT = env.float("SMS_TIMEOUT", default=5.0)
SMS_ALIYUN_ENDPOINT = env.str("SMS_ALIYUN_ENDPOINT", default="https://dysmsapi.aliyuncs.com")
SMS_ALIYUN_KEY_ID = env.str("SMS_ALIYUN_KEY_ID", default="")
SMS_ALIYUN_KEY_SECRET = env.str("SMS_ALIYUN_KEY_SECRET", default="")
SMS_ALIYUN_SIGN_NAME = env.str("SMS_ALIYUN_SIGN_NAME", default="")
# Our template names and the gateway's numbers for them: code=SMS_123456789,notice=SMS_987654321
SMS_ALIYUN_TEMPLATES = env.dict("SMS_ALIYUN_TEMPLATES", default={})
if SMS_BACKEND not in {"console", "aliyun", "memory"}:
    HERE.problems.append("SMS_BACKEND: 只能是 aliyun 或 console。")
if SERVED and SMS_BACKEND != "aliyun" and not env.bool("SMS_ALLOW_UNSENT", default=False):
    HERE.problems.append(
        f"SMS_BACKEND={SMS_BACKEND}: 短信不会发出。请设为 aliyun;确实要这样运行时设 SMS_ALLOW_UNSENT=1。"
    )
if SMS_BACKEND == "aliyun":
    for name in ("SMS_ALIYUN_KEY_ID", "SMS_ALIYUN_KEY_SECRET", "SMS_ALIYUN_SIGN_NAME"):
        HERE.required(name, "阿里云短信服务的参数")
    if SERVED and "code" not in SMS_ALIYUN_TEMPLATES:
        HERE.problems.append("SMS_ALIYUN_TEMPLATES: 缺少验证码模板,例如 code=SMS_123456789。")
    if SERVED and not SMS_ALIYUN_ENDPOINT.startswith("https://"):
        HERE.problems.append("SMS_ALIYUN_ENDPOINT: 必须是 https 地址。")

# Accounts elsewhere. Each appears on the sign-in page only when its variables are set; each ends with a verified number.
SOCIALACCOUNT_ADAPTER = "accounts.adapters.OutsideAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
OUTSIDE = accounts_elsewhere(env)
SOCIALACCOUNT_PROVIDERS = OUTSIDE.providers
ZHEZHENGDING = OUTSIDE.zhezhengding
INSTALLED_APPS += OUTSIDE.apps
# Browsers apply form-action to the redirect that follows a posted form, so the provider's own page must be named.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += OUTSIDE.pages

# What a place calls the office of the three parties: 三方办 in Yongkang, 微治办 elsewhere.
THREE_PARTY_OFFICE_NAME = env.str("THREE_PARTY_OFFICE_NAME", default="三方办")

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tenancy.authentication.CookieAuthentication",
        "allauth.headless.contrib.rest_framework.authentication.XSessionTokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tenancy.parsing.TextJSONParser", "rest_framework.parsers.MultiPartParser"],
    "EXCEPTION_HANDLER": "tenancy.api.answer_refusal",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "DEFAULT_THROTTLE_CLASSES": [
        "tenancy.throttling.PersonThrottle",
        "tenancy.throttling.AnonymousThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("API_RATE", default="600/min"), "anon": "60/min"},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "共治 API",
    "DESCRIPTION": "The same actions as the pages, for mini-programs and the companies' own systems.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "RequestStateEnum": "repairs.models.request.State",
        "QuoteStateEnum": "repairs.models.work.Quote.State",
        "HandoverStateEnum": "handover.models.State",
        "HandoverKindEnum": "handover.models.Kind",
        "NoticeStateEnum": "notices.models.State",
        "NoticeKindEnum": "notices.models.Kind",
        "LetterStateEnum": "letters.models.State",
        "CandidateStateEnum": "candidates.models.State",
        "PollStateEnum": "elections.models.State",
        "PollKindEnum": "elections.models.Kind",
        "ObjectionStateEnum": "publicity.models.ObjectionState",
        "ObjectionOutcomeEnum": "publicity.models.Outcome",
        "NoticeSideEnum": "notices.models.Side",
        "NoticeMatterEnum": "notices.models.Matter",
        "PublicityMatterEnum": "publicity.models.Matter",
        "PublicityStateEnum": "publicity.models.State",
        "PostingPointKindEnum": "posting.models.Point.Kind",
        "PostingRoundStateEnum": "posting.models.Round.State",
        "AnswerStateEnum": "posting.models.Answer.State",  # and rounds.models.Answer.State: the same words
        "PostingSideEnum": "posting.models.Side",
        "RepairPlaceEnum": "repairs.models.Place",
        "EquipmentPlaceEnum": "equipment.models.Place",
        "EquipmentPieceStateEnum": "equipment.models.Piece.State",
        "RoundStateEnum": "rounds.models.State",
        "DefectStateEnum": "defects.models.State",
        "RoundAnswerKindEnum": "rounds.models.Answer.Kind",
        "DutyEntryKindEnum": "rosters.models.Entry.Kind",
        "DutyEntryWrittenKindEnum": "rosters.api.WRITTEN",
        "RosterAbsenceKindEnum": "rosters.models.Absence.Kind",
        "PaperBatchStateEnum": "paper_ballots.models.batches.State",
        "PaperRequestWayEnum": "paper_ballots.models.asking.Way",
        "PaperDeliveryOutcomeEnum": "paper_ballots.models.papers.Outcome",
    },
}

# --- logs -------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"masked": {"()": "accounts.logs.formatter", "as_json": SERVED}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "masked"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    # Who signed in, from where; what was locked, changed, ended. Kept at every level (等保 2.0: six months at least).
    "loggers": {"security": {"level": "ERROR" if FORM == "test" else "INFO"}},
}

if SERVED and HERE.problems and "--help" not in sys.argv:
    raise SystemExit("无法启动,请先补齐以下设置:\n" + "\n".join(f"  - {p}" for p in HERE.problems))
