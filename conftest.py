"""What every test run needs first: Django must be set up before the store's models can be imported."""

from quarterdeck.store.django_setup import configure

configure()
