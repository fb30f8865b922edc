"""What every test run needs first: Django must be set up before the store's models can be imported."""

import os

from quarterdeck.store import django_setup

# Playwright keeps an event loop in the process that drives the browser; the tests after it use Django without one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

django_setup.configure()
# A test's workspace need not survive a power cut, and waiting for the disk takes longer than the tests.
django_setup.SQLITE_PRAGMAS = django_setup.SQLITE_PRAGMAS.replace("synchronous=FULL", "synchronous=OFF")
