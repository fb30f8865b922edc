"""What all pages share: the edition they show, the navigation, and the head of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from quarterdeck.model.clock import home_zone
from quarterdeck.service.acting import undo_actions
from quarterdeck.service.current import Current, Edition
from quarterdeck.service.rights import ROLES, Right, may
from quarterdeck.service.views import overview, wording
from quarterdeck.store import PlanMissingError
from quarterdeck.web.navigation import Section, navigation
from quarterdeck.web.opening import current

PLAN_COOKIE = "plan"


@dataclass(frozen=True)
class Desk:
    """What a view works with: who asks, the workspace's editions, and the one that is looked at."""

    request: HttpRequest
    current: Current
    edition: Edition

    @property
    def author(self) -> str:
        """The name that the change log keeps."""
        return str(self.request.user.name)

    def may(self, right: Right) -> bool:
        """Whether the person has the right."""
        return may(self.request.user.role, right)

    def view(self, function: Any, *more: Any, **options: Any) -> Any:  # noqa: ANN401
        """A view of the service layer for the edition, computed once."""
        return self.current.view(function, self.edition, *more, **options)

    def undo_asked(self) -> str:
        """Takes back the change whose number the form names, if its maker may; what it was, in words.

        Raises
        ------
        ActionError
            If it cannot be taken back.
        """
        number = self.request.POST.get("number", "")
        return undo_actions(
            self.current.workspace,
            int(number) if number.isdecimal() else 0,
            author=self.author,
            role=self.request.user.role,
        )


def desk(request: HttpRequest) -> Desk:
    """The desk for a request; ``?plan=plan-3`` looks at another plan than the newest.

    Raises
    ------
    Http404
        If the plan is not kept.
    """
    here = current()
    try:
        edition = here.edition(request.GET.get("plan") or None)
    except PlanMissingError as error:
        raise Http404(str(error)) from error
    return Desk(request, here, edition)


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, at: Desk | None = None, status: int = 200
) -> HttpResponse:
    """A whole page with head and navigation."""
    here = at or desk(request)
    return render(request, template, {**shared(here), **context}, status=status)


def part(request: HttpRequest, template: str, context: dict[str, Any], *, at: Desk, status: int = 200) -> HttpResponse:
    """A part of a page, for htmx; it knows the same as the page."""
    may_do = {right.name.lower(): at.may(right) for right in Right}
    return render(request, template, {"may": may_do, "edition": at.edition, **context}, status=status)


def shared(here: Desk) -> dict[str, Any]:
    """What every page's head shows."""
    edition = here.edition
    kept = here.current.workspace.plans()
    zone = home_zone(edition.company)
    role = here.request.user.role
    return {
        "edition": edition,
        "company_name": overview.company_name(edition.company),
        "plans": [(each.plan, wording.local_moment(each.at, zone), each.note) for each in kept[:12]],
        "plan_text": next((wording.local_moment(each.at, zone) for each in kept if each.plan == edition.code), ""),
        "is_newest": not kept or edition.code == kept[0].plan,
        "sections": _sections(here),
        "role_title": ROLES[role].title if role in ROLES else role,
        "may": {right.name.lower(): here.may(right) for right in Right},
    }


def told(request: HttpRequest, text: str, *, bad: bool = False) -> None:
    """Leaves a message that the next page shows."""
    messages.add_message(request, messages.ERROR if bad else messages.SUCCESS, text)


def _sections(here: Desk) -> tuple[Section, ...]:
    return navigation(here.current, here.edition, str(here.request.user.role), here.request.path)
