"""Django's addresses, made from the routes."""

from __future__ import annotations

from django.urls import path

from quarterdeck.api.build import build_api
from quarterdeck.web.access import guarded
from quarterdeck.web.opening import current
from quarterdeck.web.routes import ROUTES
from quarterdeck.web.tasks import start_job

api = build_api(current(), start_job)
urlpatterns = [path("api/v1/", api.urls)]
urlpatterns += [path(route.path, guarded(route), name=route.name) for route in ROUTES]

handler404 = "quarterdeck.web.pages.failures.not_found"
handler500 = "quarterdeck.web.pages.failures.failed"
handler400 = "quarterdeck.web.pages.failures.bad_request"
handler403 = "quarterdeck.web.pages.failures.forbidden"
