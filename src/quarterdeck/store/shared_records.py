"""What people share beside the company's tables: who they are, their access tokens, jobs, dismissals and saved views.

These are Django models of the store, so that pages, the interface for programs and commands see the same rows.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from quarterdeck.store.fields import ExactTextField


class User(AbstractBaseUser):
    """A person who may sign in: name, role, and for operators the work centre they report on."""

    name = models.CharField(max_length=150, unique=True)
    role = models.CharField(max_length=32)
    work_centre = ExactTextField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)
    last_login = models.DateTimeField(blank=True, null=True)

    USERNAME_FIELD = "name"
    objects = BaseUserManager()

    class Meta:
        """Where it is kept."""

        db_table = "store_users"

    def __str__(self) -> str:
        return str(self.name)


class SetupLink(models.Model):
    """A link that can be used once to choose a password; only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    expires = models.DateTimeField()

    class Meta:
        """Where it is kept."""

        db_table = "store_setup_links"


class AccessToken(models.Model):
    """A program's key: whose it is, what it may do at most; only the hash of it is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    label = ExactTextField()
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = ExactTextField()
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    class Meta:
        """Where it is kept."""

        db_table = "store_access_tokens"


class Job(models.Model):
    """Long work in the background: what, for whom, how far it is, and what came of it."""

    kind = models.CharField(max_length=32)
    author = ExactTextField()
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=16, default="waiting")
    stage = ExactTextField(default="")
    share = models.FloatField(default=0.0)
    stop_asked = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    message = ExactTextField(default="")
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    beat = models.DateTimeField(null=True)

    class Meta:
        """Where it is kept."""

        db_table = "store_jobs"


class Dismissal(models.Model):
    """An action somebody decided against; it stays away until ``need``, what the plan asks for, changes."""

    kind = models.CharField(max_length=32)
    action = models.CharField(max_length=32)
    order = ExactTextField()
    line = ExactTextField(default="")
    item = ExactTextField(default="")
    need = ExactTextField()
    author = ExactTextField()
    reason = ExactTextField(default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Where it is kept."""

        db_table = "store_dismissals"


class SavedView(models.Model):
    """Columns, filters and order of a grid that somebody wants to come back to."""

    author = ExactTextField()
    page = ExactTextField()
    name = ExactTextField()
    state = models.JSONField(default=dict)

    class Meta:
        """Where it is kept; a name is used once per person and page."""

        db_table = "store_saved_views"
        constraints = (models.UniqueConstraint(fields=["author", "page", "name"], name="store_saved_view_name"),)
