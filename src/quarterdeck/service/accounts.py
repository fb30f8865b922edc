"""People and their access: users, links to choose a password, and keys for programs."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from quarterdeck.service.rights import ROLES, Right, may

if TYPE_CHECKING:
    from quarterdeck.store import Workspace

SETUP_LINK_HOURS = 72
SHORTEST_PASSWORD = 10


class AccountError(ValueError):
    """A user, link or key that cannot be as asked; the message says why."""


def has_users(workspace: Workspace) -> bool:
    """Whether anybody can sign in."""
    return bool(_users(workspace).exclude(password="").exists())


def users(workspace: Workspace) -> list[Any]:
    """Everybody, by name."""
    return list(_users(workspace).order_by("name"))


def add_user(workspace: Workspace, name: str, role: str, *, work_centre: str = "") -> Any:  # noqa: ANN401
    """A new person without a password; ``setup_token`` makes the link with which to choose one.

    Raises
    ------
    AccountError
        If the name is empty or taken, or the role is unknown.
    """
    name = name.strip()
    if not name:
        raise AccountError("Expected a name, got an empty text.")
    if role not in ROLES:
        raise AccountError(f"Expected a role among {', '.join(ROLES)}, got {role!r}.")
    if _users(workspace).filter(name__iexact=name).exists():
        raise AccountError(f"Expected a new name, got {name!r}, who is there already.")
    return _users(workspace).create(name=name, role=role, work_centre=work_centre, password="")


def change_user(workspace: Workspace, name: str, *, role: str, work_centre: str, active: bool) -> Any:  # noqa: ANN401
    """Gives a person another role, work centre or state.

    Raises
    ------
    AccountError
        If there is no such person or role, or nobody would be left who manages access.
    """
    user = _users(workspace).filter(name=name).first()
    if user is None or role not in ROLES:
        raise AccountError(f"Expected a person and a role that exist, got {name!r} and {role!r}.")
    others = _users(workspace).exclude(pk=user.pk).filter(is_active=True).exclude(password="")
    keeps = active and may(role, Right.MANAGE_USERS)
    if not keeps and not any(may(other.role, Right.MANAGE_USERS) for other in others):
        raise AccountError(f"Expected one administrator to be left, got none without {name}.")
    user.role, user.work_centre, user.is_active = role, work_centre, active
    user.save(using=workspace.alias)
    return user


def setup_token(workspace: Workspace, user: Any = None) -> str:  # noqa: ANN401
    """A token that lets ``user``, or the first person of all, choose a password once; older ones of theirs end."""
    from quarterdeck.store.models import SetupLink  # noqa: PLC0415 - needs Django set up

    links = SetupLink.objects.using(workspace.alias)
    links.filter(user=user).delete()
    token = secrets.token_urlsafe(24)
    expires = dt.datetime.now(dt.UTC) + dt.timedelta(hours=SETUP_LINK_HOURS)
    links.create(token_hash=hashed(token), user=user, expires=expires)
    return token


def setup_link(workspace: Workspace, token: str) -> Any | None:  # noqa: ANN401
    """The link that belongs to a token, if it still holds."""
    from quarterdeck.store.models import SetupLink  # noqa: PLC0415

    found = SetupLink.objects.using(workspace.alias).select_related("user").filter(token_hash=hashed(token)).first()
    if found is None or found.expires < dt.datetime.now(dt.UTC) or (found.user is None and has_users(workspace)):
        return None
    return found


def choose_password(workspace: Workspace, token: str, name: str, password: str) -> Any:  # noqa: ANN401
    """Uses a setup link up: the person it was for, with the password; the first of all becomes administrator.

    Raises
    ------
    AccountError
        If the link no longer holds or the password is too weak.
    """
    link = setup_link(workspace, token)
    if link is None:
        raise AccountError("This link was used or is too old. Ask for a new one, or start the program again.")
    reason = weakness(password, name)
    if reason:
        raise AccountError(reason)
    user = link.user or _users(workspace).filter(name__iexact=name.strip()).first()
    user = user or add_user(workspace, name, "administrator")
    user.set_password(password)
    user.save(using=workspace.alias)
    link.delete(using=workspace.alias)
    return user


def weakness(password: str, name: str) -> str:
    """Why a password will not do; empty if it will.

    >>> weakness("short", "Ada")
    'Expected a password of at least 10 characters, got 5.'
    """
    if len(password) < SHORTEST_PASSWORD:
        return f"Expected a password of at least {SHORTEST_PASSWORD} characters, got {len(password)}."
    if name.strip() and name.strip().lower() in password.lower():
        return "Expected a password without your name in it."
    if len(set(password)) < 5:
        return f"Expected a password of at least 5 different characters, got {len(set(password))}."
    return ""


def add_access_token(workspace: Workspace, user: Any, label: str, scopes: tuple[str, ...]) -> str:  # noqa: ANN401
    """A new key for a program that acts for ``user``, at most within ``scopes``; it is shown this once."""
    from quarterdeck.store.models import AccessToken  # noqa: PLC0415

    token = f"qd_{secrets.token_urlsafe(32)}"
    AccessToken.objects.using(workspace.alias).create(
        user=user, label=label.strip() or "program", token_hash=hashed(token), scopes=" ".join(scopes)
    )
    return token


def token_user(workspace: Workspace, token: str) -> tuple[Any, tuple[str, ...]] | None:
    """Whose key this is and its scopes, if it holds."""
    from quarterdeck.store.models import AccessToken  # noqa: PLC0415

    held = AccessToken.objects.using(workspace.alias).select_related("user")
    found = held.filter(token_hash=hashed(token), revoked=None).first()
    if found is None or not found.user.is_active:
        return None
    now = dt.datetime.now(dt.UTC)
    if found.last_used is None or now - found.last_used > dt.timedelta(minutes=5):
        held.filter(pk=found.pk).update(last_used=now)
    return found.user, tuple(found.scopes.split())


def access_tokens(workspace: Workspace, user: Any) -> list[Any]:  # noqa: ANN401
    """A person's keys that hold, newest first; what is kept of them is no key."""
    from quarterdeck.store.models import AccessToken  # noqa: PLC0415

    return list(AccessToken.objects.using(workspace.alias).filter(user=user, revoked=None).order_by("-pk"))


def revoke_token(workspace: Workspace, user: Any, number: int) -> bool:  # noqa: ANN401
    """Ends a key of the person; whether there was one."""
    from quarterdeck.store.models import AccessToken  # noqa: PLC0415

    held = AccessToken.objects.using(workspace.alias).filter(pk=number, user=user, revoked=None)
    return bool(held.update(revoked=dt.datetime.now(dt.UTC)))


def change_password(workspace: Workspace, user: Any, old: str, new: str) -> None:  # noqa: ANN401
    """Gives a person who knows the old password a new one; every other session of theirs ends.

    Raises
    ------
    AccountError
        If the old one is wrong or the new one too weak.
    """
    if not user.check_password(old):
        raise AccountError("The present password is another one.")
    reason = weakness(new, user.name)
    if reason:
        raise AccountError(reason)
    user.set_password(new)
    user.save(using=workspace.alias)


def hashed(token: str) -> str:
    """What is kept of a token; it is long and random, so one round is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _users(workspace: Workspace) -> Any:  # noqa: ANN401
    from quarterdeck.store.models import User  # noqa: PLC0415

    return User.objects.using(workspace.alias)
