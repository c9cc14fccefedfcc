"""Rows of what follows a step: the applicant's notice, and the term that the worker watches."""

import json
from datetime import timedelta
from uuid import UUID

from registry_api.demo.cases import DemoCase
from registry_api.demo.deadlines import act_by
from registry_api.demo.record import Record
from registry_api.kit.clock import SHANGHAI, end_of_day


def add_notice(record: Record, case: DemoCase, application_id: UUID, number: str | None) -> None:
    """Tells the applicant of the last step; what is over counts as read."""
    if not case.steps or case.institution is None:
        return
    last = case.steps[-1]
    values = {"number": number or "", "office": case.institution.name}
    record.rows["notice"].append(
        (
            record.chance.id_at(last.occurred_at),
            record.chance.id_at(last.occurred_at),
            record.account_id,
            application_id,
            last.action,
            json.dumps(values, ensure_ascii=False),
            last.occurred_at,
            last.occurred_at + timedelta(hours=2) if case.is_over else None,
        )
    )


def add_acceptance_term(record: Record, case: DemoCase, application_id: UUID) -> None:
    """Has the worker accept by default what the authority leaves for five working days (行政许可法 32)."""
    if case.status != "authority_review":
        return
    received = case.steps[-1].occurred_at
    last_day = act_by("authority_review", received.astimezone(SHANGHAI).date())
    record.rows["outbox_event"].append(
        (
            record.chance.id_at(received),
            "application.acceptance_due",
            json.dumps({"application_id": str(application_id), "version": 1 + len(case.steps)}),
            received,
            end_of_day(last_day) + timedelta(seconds=1),
        )
    )
