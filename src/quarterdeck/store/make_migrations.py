"""Writes the migration that brings databases to the present declarations.

Run it as ``python -m quarterdeck.store.make_migrations`` after a declaration has changed.
"""

from __future__ import annotations

from quarterdeck.store.django_setup import configure

if __name__ == "__main__":
    configure()
    from django.core.management import call_command

    call_command("makemigrations", "store")
