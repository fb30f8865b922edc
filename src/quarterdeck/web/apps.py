"""The web application as an application of Django."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, template tags and background tasks; its rows are the store's."""

    name = "quarterdeck.web"
    label = "web"
    verbose_name = "Web application"
