"""What every test run needs first: Django must be set up before the store's models can be imported."""

from quarterdeck.store import django_setup

django_setup.configure()
# A test's workspace need not survive a power cut, and waiting for the disk takes longer than the tests.
django_setup.SQLITE_PRAGMAS = django_setup.SQLITE_PRAGMAS.replace("synchronous=FULL", "synchronous=OFF")
