"""Who may do what: roles, the rights each has, and the words people read for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """One thing a person may or may not do."""

    SIGN_IN = "sign in"
    VIEW = "see plans and data"
    REPORT_PROGRESS = "report starts, finishes and quantities"
    EDIT_DATA = "change tables and import files"
    PLAN = "make plans"
    DECIDE_PURCHASE = "release and change purchase orders"
    DECIDE_PRODUCTION = "release, pin and change work orders"
    DECIDE_SALES = "promise, change and override demand"
    SETTINGS = "change planning settings and goals"
    MANAGE_USERS = "manage people and their access"


@dataclass(frozen=True, slots=True)
class Role:
    """A set of rights with a name people know."""

    role: str
    title: str
    meaning: str
    rights: frozenset[Right]


_SEE = frozenset({Right.SIGN_IN, Right.VIEW})
_PRODUCE = frozenset({Right.REPORT_PROGRESS, Right.DECIDE_PRODUCTION, Right.PLAN, Right.EDIT_DATA})
_ALL = frozenset(Right) - {Right.MANAGE_USERS}

ROLES: dict[str, Role] = {
    each.role: each
    for each in (
        Role("viewer", "Viewer", "Sees everything, changes nothing", _SEE),
        Role(
            "operator",
            "Operator",
            "Reports work at the own work centre",
            frozenset({Right.SIGN_IN, Right.REPORT_PROGRESS}),
        ),
        Role(
            "buyer",
            "Buyer",
            "Releases and changes purchase orders, keeps suppliers' data",
            _SEE | {Right.DECIDE_PURCHASE, Right.EDIT_DATA},
        ),
        Role(
            "planner",
            "Planner",
            "Plans, keeps the data, decides about demand, purchase and production",
            _ALL - {Right.SETTINGS},
        ),
        Role("production_manager", "Production manager", "Plans and steers production", _SEE | _PRODUCE),
        Role("operations_manager", "Operations manager", "Everything but people's access", _ALL),
        Role("administrator", "Administrator", "Everything, and people's access", frozenset(Right)),
    )
}


OWNERS = {"buy": "buyer", "make": "production_manager", "transfer": "planner"}
"""Role that decides about an order, by its kind."""

DECIDES = {"buy": Right.DECIDE_PURCHASE, "make": Right.DECIDE_PRODUCTION, "transfer": Right.DECIDE_PRODUCTION}
"""Right that it takes to change an order, by its kind."""


def may(role: str, right: Right) -> bool:
    """Whether somebody of this role has the right; an unknown role has none.

    >>> may("viewer", Right.VIEW), may("viewer", Right.PLAN), may("captain", Right.VIEW)
    (True, False, False)
    """
    return role in ROLES and right in ROLES[role].rights
