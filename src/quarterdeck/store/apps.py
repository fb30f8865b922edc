"""The store as an application of Django."""

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables of the company and the store's own, under the label ``store``."""

    name = "quarterdeck.store"
    label = "store"
    verbose_name = "Company data"
    default_auto_field = "django.db.models.BigAutoField"
