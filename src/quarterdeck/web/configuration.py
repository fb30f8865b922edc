"""Django's settings of the web application: one workspace, its database, local assets, strict headers."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from quarterdeck.store.django_setup import configure

HERE = Path(__file__).parent
STATIC = HERE / "static"
SECRET_FILE = "web-secret"  # noqa: S105 - the name of the file, not the secret
UPLOAD_MEGABYTES = 200
FIELDS_MOST = 20_000
SESSION_HOURS = 12
LOCK_OUT_TRIES = 5
LOCK_OUT_MINUTES = 15


def configure_web(
    workspace: Path, database: dict[str, Any], *, https: bool = False, hosts: tuple[str, ...] = ()
) -> None:
    """Sets Django up for the pages of one workspace; ``database`` is the store's entry of its database."""
    configure(
        apps=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django_htmx",
            "django_tasks",
            "django_tasks_db",
            "axes",
            "csp",
            "ninja",
            "quarterdeck.web.apps.WebConfig",
        ],
        DATABASES={"default": {**database, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}},
        SECRET_KEY=secret_key(workspace),
        QUARTERDECK_WORKSPACE=str(workspace),
        DEBUG=False,
        ALLOWED_HOSTS=["127.0.0.1", "localhost", "[::1]", "testserver", *hosts],
        ROOT_URLCONF="quarterdeck.web.urls",
        MIDDLEWARE=MIDDLEWARE,
        TEMPLATES=TEMPLATES,
        TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
        USE_I18N=False,
        STATIC_URL="/static/",
        STATIC_ROOT=str(STATIC),
        WHITENOISE_MAX_AGE=31_536_000,
        LOGGING=LOGGING,
        **_sign_in(),
        **_headers(https=https),
    )


def secret_key(workspace: Path) -> str:
    """The key that signs sessions: made once per workspace, readable by its owner only."""
    path = workspace / SECRET_FILE
    if not path.exists():
        temporary = path.with_name(f"{SECRET_FILE}.{secrets.token_hex(4)}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(48), encoding="ascii")
        temporary.replace(path)
    return path.read_text(encoding="ascii")


MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "quarterdeck.web.assets.Assets",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "quarterdeck.web.upload_limit.UploadLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "quarterdeck.web.first_run.FirstRunMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["quarterdeck.web.templatetags.look", "quarterdeck.web.templatetags.keeping"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csrf",
            ],
        },
    }
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}, "django_tasks": {"level": "WARNING"}},
}


def _sign_in() -> dict[str, Any]:
    return {
        "AUTH_USER_MODEL": "store.User",
        "AUTHENTICATION_BACKENDS": [
            "axes.backends.AxesStandaloneBackend",
            "django.contrib.auth.backends.ModelBackend",
        ],
        "PASSWORD_HASHERS": ["quarterdeck.web.passwords.PasswordHasher"],
        "LOGIN_URL": "/sign-in",
        "LOGIN_REDIRECT_URL": "/",
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
        "SESSION_COOKIE_AGE": SESSION_HOURS * 3600,
        "AXES_FAILURE_LIMIT": LOCK_OUT_TRIES,
        "AXES_COOLOFF_TIME": LOCK_OUT_MINUTES / 60,
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_USERNAME_FORM_FIELD": "name",
        "AXES_LOCKOUT_CALLABLE": "quarterdeck.web.pages.sign_in.locked_out",
        "AXES_VERBOSE": False,
    }


def _headers(*, https: bool) -> dict[str, Any]:
    policy = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],  # charts and grids set sizes and colours of single elements
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return {
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": policy},
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        "SECURE_HSTS_SECONDS": 31_536_000 if https else 0,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 10 * 2**20,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": FIELDS_MOST,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 2 * 2**20,
    }
