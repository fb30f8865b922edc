"""How passwords are kept: Argon2id with 19 MiB and two passes, what OWASP's password storage sheet gives as the least.

Django's own choice takes 100 MB a try, which eight people signing in at once would feel.
"""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id, sized for a small server."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
