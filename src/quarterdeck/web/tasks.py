"""What the worker does: one task that runs the job with a number."""

from __future__ import annotations

from django_tasks import task

from quarterdeck.service.jobs import create_job, run_job
from quarterdeck.web.opening import current


@task()
def work(number: int) -> None:
    """Runs a waiting job."""
    run_job(current().workspace, number)


def start_job(kind: str, author: str, **options: object) -> int:
    """Makes a job and hands it to the worker; its number."""
    made = create_job(current().workspace, kind, author, **options)
    work.enqueue(made.pk)
    return int(made.pk)
