"""Every setting, read from the environment in one place.

A machine without any environment gets a complete local installation: SQLite, an in-process worker and the sandbox bank.
Secrets have no defaults: `script/setup` writes random ones to `var/local.env` once.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured

from financeapp.environment import Environment

django_stubs_ext.monkeypatch()  # lets generic Django classes be subscripted at run time

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()


def _read(file: Path) -> None:
    """Add what the environment does not say; a line of .env.example that nobody filled in means the default."""
    if file.is_file():
        environ.Env.read_env(file)
    for name in [name for name, value in os.environ.items() if not value]:
        del os.environ[name]


_read(BASE_DIR / ".env")
VAR_DIR = BASE_DIR / env.str("VAR_DIR", default="var")
_read(VAR_DIR / "local.env")

# -- where it runs ------------------------------------------------------------------------------------------------

PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="PocketPilot")
_site = urlsplit(SITE_URL)
SECURE = _site.scheme == "https"
LOCAL = _site.hostname in {"localhost", "127.0.0.1", "testserver"}
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_site.hostname] + (["localhost", "127.0.0.1"] if LOCAL else []))
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
IN_PROCESS_WORKER = env.bool("IN_PROCESS_WORKER", default=not (REDIS_URL or env.str("CELERY_BROKER_URL", default="")))

# -- applications -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "journal",
    "notifications",
    "banking",
    "budgeting",
    "goals",
    "reports",
    "financeapp",
    "accounts.staff_app.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.usersessions",
    "channels",
    "corsheaders",
    "csp",
    "django_celery_results",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "rest_framework",
]

MIDDLEWARE = [
    "financeapp.metrics.measure",
    "financeapp.logs.name_request",
    "financeapp.errors.envelope",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "financeapp.limits.limit_body",
    "financeapp.probes.answer_probes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.SayWhenToTryAgain",
    "accounts.middleware.choose_book",
    "journal.middleware.name_operation",
]

ROOT_URLCONF = "financeapp.urls"
WSGI_APPLICATION = "financeapp.wsgi.application"
ASGI_APPLICATION = "financeapp.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "accounts.context.site",
            ],
            "builtins": ["banking.templatetags.figures", "banking.templatetags.icons"],
        },
    }
]

# -- data ---------------------------------------------------------------------------------------------------------

if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    if DATABASES["default"].get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL does not begin with postgres://; leave it out for SQLite.")
    if _password := env.str("DATABASE_PASSWORD", default=""):
        DATABASES["default"]["PASSWORD"] = _password
    DATABASES["default"].setdefault("OPTIONS", {})
    DATABASES["default"]["OPTIONS"].update(
        {
            "connect_timeout": 5,
            "prepare_threshold": 0,  # only for what asks to be prepared: see accounts/prepared.py
            "options": "-c lock_timeout=30000 -c idle_in_transaction_session_timeout=300000",
        }
    )
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(VAR_DIR / "pocketpilot.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# -- people -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {"signup": "accounts.sign_up_forms.SignUpForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}  # codes of a second factor; passwords: accounts.adapter
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL and not SECURE
MFA_FORMS = {"add_webauthn": "accounts.key_forms.AddKeyForm"}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
USERSESSIONS_TRACK_ACTIVITY = True

GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", default="")
GOOGLE_CLIENT_SECRET = env.str("GOOGLE_CLIENT_SECRET", default="")
_google: dict[str, object] = {
    "SCOPE": ["openid", "profile", "email"],
    "AUTH_PARAMS": {"access_type": "online"},
    "OAUTH_PKCE_ENABLED": True,
    "APPS": [{"client_id": GOOGLE_CLIENT_ID, "secret": GOOGLE_CLIENT_SECRET}] if GOOGLE_CLIENT_ID else [],
}
for _name, _variable in {
    "AUTHORIZE_URL": "GOOGLE_AUTHORIZE_URL",
    "ACCESS_TOKEN_URL": "GOOGLE_ACCESS_TOKEN_URL",
    "IDENTITY_URL": "GOOGLE_IDENTITY_URL",
    "ID_TOKEN_ISSUER": "GOOGLE_ID_TOKEN_ISSUER",
    "CERTS_URL": "GOOGLE_CERTS_URL",
}.items():
    if env.str(_variable, default=""):
        _google[_name] = env.str(_variable)
SOCIALACCOUNT_PROVIDERS = {"google": _google}
SOCIALACCOUNT_FORMS = {"signup": "accounts.sign_up_forms.SocialSignUpForm"}
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=24 * 14) * 3600
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS")
JWT_SIGNING_KEYS = env.list("JWT_SIGNING_KEYS")
ACCESS_TOKEN_LIFETIME = timedelta(minutes=env.int("ACCESS_TOKEN_MINUTES", default=5))
REFRESH_TOKEN_LIFETIME = timedelta(days=env.int("REFRESH_TOKEN_DAYS", default=30))
FRONTEND_URL = env.str("FRONTEND_URL", default=SITE_URL).rstrip("/")
_origins = list(dict.fromkeys("{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in (SITE_URL, FRONTEND_URL)))
CSRF_TRUSTED_ORIGINS = _origins

# -- headers ------------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=SECURE)
SECURE_REDIRECT_EXEMPT = [r"^health(/.*)?$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
PLAID_ENV = env.one_of("PLAID_ENV", "local", "sandbox", "production")
_link_pages = {"production": "https://*.plaid.com", "sandbox": "https://*.plaid.com"}
FORM_TARGETS = [_link_pages.get(PLAID_ENV, "http://127.0.0.1:*"), "https://accounts.google.com"]
"""Where a form's answer may lead: a bank's own page, and Google's."""
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'", *FORM_TARGETS],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "interest-cohort")
}
CORS_ALLOWED_ORIGINS = _origins[1:]
CORS_ALLOW_HEADERS = (*default_headers, "x-book", "idempotency-key", "x-request-id")
CORS_EXPOSE_HEADERS = ["Retry-After", "X-Request-ID", "Idempotency-Replayed", "X-Operation", "Content-Disposition"]
CORS_ALLOW_CREDENTIALS = True
CORS_URLS_REGEX = r"^/api/.*$"

# -- API ----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerToken",
        "accounts.authentication.TokenCookie",
        "accounts.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["financeapp.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["financeapp.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "financeapp.renderers.AnyAccept",
    "DEFAULT_SCHEMA_CLASS": "financeapp.schema.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "financeapp.throttles.Burst",
        "financeapp.throttles.Sustained",
        "financeapp.throttles.Scoped",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anonymous_burst": env.str("THROTTLE_ANONYMOUS_BURST", default="10/s"),
        "anonymous": env.str("THROTTLE_ANONYMOUS", default="100/15m"),
        "user_burst": env.str("THROTTLE_USER_BURST", default="50/s"),
        "user": env.str("THROTTLE_USER", default="1200/m"),
        "auth": env.str("THROTTLE_AUTH", default="10/m"),
        "refused": env.str("THROTTLE_REFUSED", default="20/m"),
        "sync": env.str("THROTTLE_SYNC", default="30/m"),
    },
    "EXCEPTION_HANDLER": "financeapp.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": "Money in is positive. Amounts are decimal strings in the currency beside them.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api",
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "accounts.models.Role",
        "ChannelEnum": "notifications.kinds.Channel",
        "DeviceKindEnum": "notifications.models.Device.Kind",
        "NotificationKindEnum": "notifications.kinds.CHOICES",
        "WidgetEnum": "reports.widgets.CHOICES",
        "BookKindEnum": "accounts.models.BookKind",
        "CategoryKindEnum": "banking.models.CategoryKind",
        "AccountKindEnum": "banking.models.AccountKind",
        "SyncKindEnum": "banking.models.connections.Sync.Kind",
        "EvidenceSourceEnum": "banking.models.EvidenceSource",
        "ReviewKindEnum": "banking.models.ReviewKind",
        "AutomaticKindEnum": "banking.api.review_shapes.KINDS",
        "SyncStatusEnum": "banking.models.connections.Sync.Status",
        "ImportRowStateEnum": "banking.models.imports.ImportRow.State",
        "ReviewStateEnum": "banking.models.ReviewState",
        "ImportStatusEnum": "banking.models.imports.Import.Status",
        "ConnectionStatusEnum": "banking.models.connections.Connection.Status",
        "GoalKindEnum": "goals.models.GoalKind",
        "GoalStateEnum": "goals.models.GoalState",
    },
}
MAX_BODY_BYTES = env.int("MAX_BODY_BYTES", default=2 * 1024 * 1024)
MAX_WEBHOOK_BYTES = 64 * 1024
MAX_IMPORT_BYTES = env.int("MAX_IMPORT_BYTES", default=25 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
MAX_ATTACHMENT_BYTES = env.int("MAX_ATTACHMENT_BYTES", default=10 * 1024 * 1024)

# -- work in the background ---------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL or "memory://localhost/")
CELERY_RESULT_BACKEND = "django-db"
CELERY_RESULT_EXTENDED = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_TRACK_STARTED = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    {"polling_interval": 0.05}
    if CELERY_BROKER_URL.startswith("memory:")
    else {"visibility_timeout": 1800}
    if CELERY_BROKER_URL.startswith("redis")
    else {}
)
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")

# -- vendors ------------------------------------------------------------------------------------------------------

SANDBOX_BANK_PORT = env.int("SANDBOX_BANK_PORT", default=8010)
SANDBOX_BANK_SEED = env.int("SANDBOX_BANK_SEED", default=7)
SANDBOX_BANK_CONTROL_SECRET = env.str("SANDBOX_BANK_CONTROL_SECRET", default="sandbox-control")
SANDBOX_BANK_URL = f"http://127.0.0.1:{SANDBOX_BANK_PORT}"
SANDBOX_BANK_ALLOWED = env.bool("SANDBOX_BANK_ALLOWED", default=LOCAL)
PLAID_HOST = env.str(
    "PLAID_HOST",
    default={"production": "https://production.plaid.com", "sandbox": "https://sandbox.plaid.com"}.get(
        PLAID_ENV, SANDBOX_BANK_URL
    ),
)
PLAID_IS_SANDBOX_BANK = urlsplit(PLAID_HOST).hostname in {"127.0.0.1", "localhost"}
PLAID_CLIENT_ID = env.str("PLAID_CLIENT_ID", default="sandbox-client" if PLAID_IS_SANDBOX_BANK else "")
PLAID_SECRET = env.str("PLAID_SECRET", default="sandbox-secret" if PLAID_IS_SANDBOX_BANK else "")
PLAID_WEBHOOK_URL = env.str("PLAID_WEBHOOK_URL", default=f"{SITE_URL}/api/webhook/plaid")
PLAID_COUNTRY_CODES = env.list("PLAID_COUNTRY_CODES", default=["US"])
PLAID_PRODUCTS = env.list("PLAID_PRODUCTS", default=["transactions"])
PLAID_DAYS_REQUESTED = env.int("PLAID_DAYS_REQUESTED", default=730)
PLAID_LANGUAGE = env.str("PLAID_LANGUAGE", default="en")
RATES_URL = env.str("RATES_URL", default="")
CATEGORISER_DIR = Path(env.str("CATEGORISER_DIR", default=str(VAR_DIR / "categoriser")))

# -- mail ---------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <no-reply@localhost>")
SENDGRID_API_KEY = env.str("SENDGRID_API_KEY", default="")
if SENDGRID_API_KEY:
    EMAIL_BACKEND = "anymail.backends.sendgrid.EmailBackend"
    ANYMAIL = {
        "SENDGRID_API_KEY": SENDGRID_API_KEY,
        "SENDGRID_API_URL": env.str("SENDGRID_API_URL", default="https://api.sendgrid.com/v3/"),
        "REQUESTS_TIMEOUT": (5, 20),
    }
elif env.str("EMAIL_URL", default=""):
    vars().update(env.mail("EMAIL_URL"))
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "accounts.outbox.FileAndConsoleBackend"
EMAIL_FILE_PATH = str(VAR_DIR / "mail")

# -- text messages and pushes -------------------------------------------------------------------------------------

TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", default="")
TWILIO_FROM = env.str("TWILIO_FROM", default="")
TWILIO_API_URL = env.str("TWILIO_API_URL", default="https://api.twilio.com")
SMS_PER_DAY = env.int("SMS_PER_DAY", default=10)
SMS_PER_DAY_OF_ALL = env.int("SMS_PER_DAY_OF_ALL", default=200)
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default=SITE_URL)
PUSH_LOOPBACK = False
"""Whether pushes go to this machine alone; only for tests, and set by nothing outside."""

# -- words, dates, static files -----------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = USE_TZ = True

STATIC_URL = env.str("STATIC_URL", default="/static/")
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = LOCAL
MEDIA_ROOT = VAR_DIR / "media"
ATTACHMENTS_DIR = Path(env.str("ATTACHMENTS_DIR", default=str(VAR_DIR / "attachments")))

# -- logs ---------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "financeapp.logs.json_formatter"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "uvicorn.error": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
WORKER_METRICS_PORT = env.int("WORKER_METRICS_PORT", default=0)
SENTRY_DSN = env.str("SENTRY_DSN", default="")

SILENCED_SYSTEM_CHECKS = ["account.W001", "models.W040"]
