"""Who calls: a program with a key, or a person who is signed in; and what both may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie

from quarterdeck.service.accounts import token_user
from quarterdeck.service.current import Current
from quarterdeck.service.rights import Right, may

SCOPES: dict[str, frozenset[Right]] = {
    "read": frozenset({Right.VIEW}),
    "write": frozenset({Right.VIEW, Right.EDIT_DATA, Right.REPORT_PROGRESS}),
    "plan": frozenset({Right.VIEW, Right.PLAN}),
    "decide": frozenset({Right.VIEW, Right.DECIDE_PURCHASE, Right.DECIDE_PRODUCTION, Right.DECIDE_SALES}),
}
"""What a key allows at most; its owner's role must allow it too."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose name stands in the change log, and what the call may do."""

    name: str
    role: str
    allowed: frozenset[Right]


class Key(HttpBearer):
    """``Authorization: Bearer qd_…``."""

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:  # noqa: ARG002 - Ninja's form
        """The caller, if the key holds."""
        found = token_user(self.current.workspace, token)
        if found is None:
            return None
        user, scopes = found
        allowed = frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))
        return Caller(str(user.name), str(user.role), allowed)


class SignedIn(APIKeyCookie):
    """A person in the browser; changes need the token against forged requests."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The caller; a stranger is not even asked for the token against forged requests."""
        return super().__call__(request) if request.user.is_authenticated else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:  # noqa: ARG002 - Ninja's form
        """The caller, if somebody is signed in."""
        user: Any = request.user
        return Caller(str(user.name), str(user.role), frozenset(Right)) if user.is_authenticated else None


def caller(request: HttpRequest, right: Right) -> Caller:
    """The caller, who has the right.

    Raises
    ------
    HttpError
        403, if the role or the key does not allow it.
    """
    who: Caller = request.auth
    if right not in who.allowed or not may(who.role, right):
        raise HttpError(403, f"This needs the right to {right.value}.")
    return who
