"""The application that the server calls; the workspace is named by ``QUARTERDECK_WORKSPACE``."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from quarterdeck.web.opening import open_for_web

current = open_for_web(
    Path(os.environ["QUARTERDECK_WORKSPACE"]),
    https=os.environ.get("QUARTERDECK_HTTPS") == "1",
    hosts=tuple(filter(None, os.environ.get("QUARTERDECK_HOSTS", "").split(","))),
)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django must be set up first
from django.urls import get_resolver  # noqa: E402

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - every page is loaded by one thread, before several ask for them

# What is loaded stays for good, and requests make little that refers in circles: looking through all of it for
# garbage every few requests would cost more than the pages.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)

from quarterdeck.web.warming import keep_warm  # noqa: E402

keep_warm(current)
