"""Every setting, read in one place: `env("NAME", default, does)` declares and documents at once."""

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ENVIRONMENT: dict[str, tuple[str, str]] = {}
"""Name -> (default, what it does); docs/made/settings.md is written from it."""


def env(name: str, default: str, does: str) -> str:
    """Read one environment variable and document it."""
    ENVIRONMENT[name] = (default, does)
    return os.environ.get(name, default)


def flag(name: str, default: bool, does: str) -> bool:
    """Read one yes/no environment variable."""
    return env(name, "1" if default else "0", does).lower() in {"1", "true", "yes", "on"}


def database(url: str) -> dict[str, Any]:
    """Turn a database address into Django's form; SQLite and PostgreSQL are tested."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.removeprefix("sqlite:///")) or ":memory:",
            "ATOMIC_REQUESTS": False,
            "OPTIONS": {
                "timeout": 20,
                # A read upgraded to a write fails at once, whatever the timeout.
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                    " PRAGMA mmap_size=134217728; PRAGMA cache_size=-32000;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "ATOMIC_REQUESTS": False,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    sys.exit(f"DATABASE_URL starts with {parts.scheme!r}; use sqlite:///… or postgres://….")


PACKAGE = Path(__file__).resolve().parent
VAR = Path(
    env("TONGBAN_VAR", "var", "Folder of the data: database, files, keys, checkpoints, static.")
).resolve()
TONGBAN_CITY = Path(
    env(
        "TONGBAN_CITY", "cities/demo", "Folder of the city or province that this deployment serves."
    )
).resolve()
TONGBAN_DEMO = flag(
    "TONGBAN_DEMO", False, "Demo: sign-in lists the demo people; refuses to start beside real data."
)
TONGBAN_FILES = Path(env("TONGBAN_FILES", str(VAR / "files"), "Folder of stored files.")).resolve()
TONGBAN_KEYS = Path(
    env("TONGBAN_KEYS", str(VAR / "keys"), "Folder of the key ring; keep and back it up apart.")
).resolve()
TONGBAN_CHECKPOINTS = Path(
    env("TONGBAN_CHECKPOINTS", str(VAR / "checkpoints.log"), "File of signed ledger checkpoints.")
).resolve()
BASE_URL = env(
    "TONGBAN_BASE_URL",
    "http://127.0.0.1:8000",
    "Address that citizens reach, as printed in QR codes.",
)

TONGBAN_OIDC_ISSUER = env(
    "TONGBAN_OIDC_ISSUER", "", "An OpenID provider for signing in elsewhere; none if empty."
)
TONGBAN_TIMESTAMPS = env(
    "TONGBAN_TIMESTAMPS",
    "",
    "Address of a time stamp authority (RFC 3161); empty: a simulated one.",
)
TONGBAN_OIDC_NAME = env("TONGBAN_OIDC_NAME", "统一身份认证", "What the sign-in page calls it.")
TONGBAN_OIDC_CLIENT = env("TONGBAN_OIDC_CLIENT", "tongban", "Our name at that provider.")
TONGBAN_OIDC_SECRET = env("TONGBAN_OIDC_SECRET", "", "Our secret at that provider.")
TONGBAN_OIDC_CLAIMS = dict(
    pair.split("=", 1)
    for pair in env(
        "TONGBAN_OIDC_CLAIMS",
        "name=name,number=id_number,username=preferred_username",
        "Which claims hold the name, the identity number and an official's user name.",
    ).split(",")
)
TONGBAN_METRICS_TOKEN = env(
    "TONGBAN_METRICS_TOKEN",
    "",
    "Bearer token for /metrics; without one, only this machine may read it.",
)

DEBUG = flag("TONGBAN_DEBUG", False, "Django's debug pages; refused in production.")
SECRET_KEY = env("TONGBAN_SECRET_KEY", "", "Secret of sessions and forms; needed in production.")
SECRET_KEY_IS_DEFAULT = not SECRET_KEY
SECRET_KEY = SECRET_KEY or "not-secret-only-for-demo-and-tests"
PRODUCTION = flag(
    "TONGBAN_PRODUCTION", False, "Production: refuses to start with anything `doctor` calls unsafe."
)
TONGBAN_HOST = env("HOST", "127.0.0.1", "The address that the web process listens on.")
TONGBAN_PORT = int(env("PORT", "", "The port that it listens on; 8000 if empty.") or 8000)
ALLOWED_HOSTS = env(
    "TONGBAN_HOSTS", "127.0.0.1,localhost,[::1]", "Host names served, with commas between."
).split(",")
CSRF_TRUSTED_ORIGINS = [
    origin
    for origin in env("TONGBAN_ORIGINS", "", "Trusted https:// origins, with commas.").split(",")
    if origin
]
DATABASES = {
    "default": database(
        env(
            "DATABASE_URL",
            f"sqlite:///{VAR / 'tongban.sqlite3'}",
            "sqlite:///path or postgres://user:password@host/name.",
        )
    )
}
if tests_on := env("TONGBAN_TEST_DATABASE_URL", "", "Database of the tests instead of SQLite."):
    DATABASES["default"] = database(tests_on)

KERNEL = [
    "tongban.kernel.ledger",
    "tongban.kernel.files",
    "tongban.kernel.jobs",
    "tongban.kernel.identity",
    "tongban.kernel.eforms",
    "tongban.kernel.catalogue",
    "tongban.kernel.deadlines",
    "tongban.kernel.processes",
    "tongban.kernel.ui",
]
DOMAINS = [
    "tongban.domains.seals",
    "tongban.domains.registries",
    "tongban.domains.credit",
    "tongban.domains.licences",
    "tongban.domains.payments",
    "tongban.domains.clients",
    "tongban.domains.services",
    "tongban.domains.cases",
    "tongban.domains.enterprise",
    "tongban.domains.appointments",
    "tongban.domains.archives",
    "tongban.domains.messages",
    "tongban.domains.handovers",
    "tongban.domains.reviews",
    "tongban.domains.uplinks",
    "tongban.domains.windows",
    "tongban.domains.investments",
]
DOORS = [
    "tongban.doors.sign_in",
    "tongban.doors.portal",
    "tongban.doors.workbench",
    "tongban.doors.health",
    "tongban.doors.api",
]


def _present(app: str) -> bool:
    """Whether the folder of the app exists."""
    return (PACKAGE.parent / Path(*app.split(".")) / "apps.py").exists()


INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    *filter(_present, [*KERNEL, *DOMAINS, *DOORS]),
]
MIDDLEWARE = [
    "tongban.kernel.ui.middleware.RequestIdMiddleware",
    "tongban.doors.health.middleware.RequestsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tongban.kernel.ui.middleware.SecurityHeadersMiddleware",
    "tongban.kernel.ui.storage.StaticMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tongban.kernel.ui.middleware.DisplayMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tongban.doors.sign_in.middleware.ActorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tongban.kernel.ui.middleware.RefusalMiddleware",
]
LOGIN_URL = "sign-in"
CSRF_FAILURE_VIEW = "tongban.kernel.ui.refusals.csrf_failed"
ROOT_URLCONF = "tongban.urls"
WSGI_APPLICATION = "tongban.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "tongban.kernel.ui.context.page",
                "tongban.doors.sign_in.context.session",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tongban.kernel.ui.templatetags.ui",
            ],
        },
    }
]
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
# The terminal is no app, yet it has texts of its own.
LOCALE_PATHS = [PACKAGE / "cli" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tongban.kernel.ui.storage.StaticStorage"},
}
# A fresh checkout serves files from their apps; `collectstatic` gives them hashed names.
WHITENOISE_USE_FINDERS = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "tongban.cli.logs.JsonFormatter"},
        "plain": {"()": "tongban.cli.logs.PlainFormatter"},
    },
    "handlers": {
        "terminal": {
            "class": "logging.StreamHandler",
            "formatter": "plain"
            if env("TONGBAN_LOG", "json", "Log lines: json for machines, plain for a person.")
            == "plain"
            else "json",
        }
    },
    "root": {"handlers": ["terminal"], "level": "WARNING"},
    "loggers": {
        "tongban": {"level": "INFO"},
        # Each refused page would be there twice: our own line names it already.
        "django.request": {"level": "ERROR"},
        "_granian": {"level": "WARNING"},
    },
}
