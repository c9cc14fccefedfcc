"""What is held about a person beside the applications: each kind of row with the names it has in the copy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, Uuid, and_, bindparam, cast, null, or_, select

from registry_api.accounts.models import Account, AccountSession, KnownDevice
from registry_api.activation.models import QualificationWatch
from registry_api.applications.models import Application, ApplicationView
from registry_api.audit.models import AuditEvent
from registry_api.identity_cases.models import IdentityCase
from registry_api.institutions.models import Authority, Institution
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.licences.issuing import CLAIMS_PLACE
from registry_api.licences.models import Licence
from registry_api.messages.models import Message
from registry_api.notices.models import Notice
from registry_api.personal_data.events import own_address
from registry_api.photos.models import Photo
from registry_api.practitioners.models import Practitioner, PractitionerFact, Qualification
from registry_api.register.models import Practice, RegisterEntry, Registration
from registry_api.second_factors.models import SecondFactor
from registry_api.wechat.models import WechatBinding

ROWS = 5000
"""Of one kind, the newest: a copy stays a file that opens. What is left off is named in it."""

_account = bindparam("account_id", type_=Uuid)
_person = bindparam("practitioner_id", type_=Uuid)


@dataclass(frozen=True)
class Held:
    """One kind of row: a statement, the names of its columns, and the sealed ones with their places."""

    statement: Statement[tuple[Any, ...]]
    names: tuple[str, ...]
    sealed: dict[str, str] = field(default_factory=dict)

    async def read(self, work: Work, **scope: UUID | None) -> tuple[list[dict[str, Any]], bool]:
        """The rows, sealed columns opened, and whether some were left off."""
        found = await work.tx.fetch_all(self.statement, **scope)
        return [self._row(work, *one) for one in found[:ROWS]], len(found) > ROWS

    def _row(self, work: Work, row_id: UUID, *values: Any) -> dict[str, Any]:
        row = dict(zip(self.names, values, strict=True))
        for name, place in self.sealed.items():
            row[name] = row[name] and work.system.sealer.open_text(row[name], place, row_id)
        return row


def _held(
    model: type[Any],
    owner: ColumnElement[bool],
    columns: dict[str, ColumnElement[Any] | Any],
    sealed: dict[str, str] | None = None,
    join: Callable[[Select[Any]], Select[Any]] = lambda query: query,
) -> Held:
    chosen = [column.label(name) for name, column in columns.items()]
    query = join(select(model.id, *chosen).select_from(model)).where(owner)
    query = query.order_by(model.id.desc()).limit(ROWS + 1)
    return Held(Statement(query, lambda *row: row), tuple(columns), sealed or {})


def _columns(model: type[Any], names: str) -> dict[str, Any]:
    return {name: getattr(model, name) for name in names.split()}


ACCOUNT = _held(
    Account,
    Account.id == _account,
    {
        **_columns(Account, "login_name name"),
        "id_number": Account.id_number_sealed,
        "phone": Account.phone_sealed,
        "email": Account.email_sealed,
        **_columns(
            Account,
            "phone_verified_at phone_changed_at email_verified_at password_changed_at privacy_policy_version"
            " privacy_agreed_at activated_at last_signed_in_at created_at",
        ),
    },
    {"id_number": "account.id_number", "phone": "account.phone", "email": "account.email"},
)
PERSON = _held(
    Practitioner,
    Practitioner.id == _person,
    {
        **_columns(Practitioner, "name sex"),
        "id_number": Practitioner.id_number_sealed,
        "phone": Practitioner.phone_sealed,
        "created_at": Practitioner.created_at,
    },
    {"id_number": "practitioner.id_number", "phone": "practitioner.phone"},
)

OF_ACCOUNT: dict[str, Held] = {
    "sessions": _held(
        AccountSession,
        AccountSession.account_id == _account,
        {
            **_columns(AccountSession, "created_at last_seen_at expires_at revoked_at user_agent"),
            "address": cast(AccountSession.address, Text),
        },
    ),
    "devices": _held(
        KnownDevice,
        KnownDevice.account_id == _account,
        _columns(KnownDevice, "user_agent created_at last_seen_at expires_at revoked_at"),
    ),
    "second_factors": _held(
        SecondFactor,
        SecondFactor.account_id == _account,
        _columns(SecondFactor, "kind name created_at confirmed_at last_used_at removed_at"),
    ),
    "wechat_bindings": _held(
        WechatBinding,
        WechatBinding.account_id == _account,
        _columns(WechatBinding, "created_at removed_at"),
    ),
    "qualification_watches": _held(
        QualificationWatch,
        QualificationWatch.account_id == _account,
        {
            "certificate_number": QualificationWatch.certificate_number_sealed,
            **_columns(QualificationWatch, "created_at told_at"),
        },
        {"certificate_number": "qualification_watch.certificate_number"},
    ),
    "identity_cases": _held(
        IdentityCase,
        IdentityCase.account_id == _account,
        _columns(IdentityCase, "number kind status created_at decided_at"),
    ),
    "messages": _held(
        Message, Message.account_id == _account, _columns(Message, "channel template created_at sent_at")
    ),
    "notices": _held(
        Notice, Notice.account_id == _account, _columns(Notice, "kind values created_at read_at")
    ),
    "events": _held(
        AuditEvent,
        or_(
            AuditEvent.account_id == _account,
            and_(AuditEvent.object_type == "account", AuditEvent.object_id == _account),
        ),
        {
            **_columns(AuditEvent, "action outcome object_type occurred_at"),
            "address": own_address(_account),
        },
    ),
}
OF_PERSON: dict[str, Held] = {
    "qualifications": _held(
        Qualification,
        Qualification.practitioner_id == _person,
        {
            "certificate_number": Qualification.certificate_number_sealed,
            **_columns(Qualification, "province_code issued_on techniques conditions status"),
        },
        {"certificate_number": "qualification.certificate_number"},
    ),
    "register_facts": _held(
        PractitionerFact,
        PractitionerFact.practitioner_id == _person,
        _columns(PractitionerFact, "kind valid_from valid_to document recorded_at"),
    ),
    "registrations": _held(
        Registration,
        Registration.practitioner_id == _person,
        {
            "certificate_number": Registration.certificate_number_sealed,
            "authority": Authority.name,
            **_columns(Registration, "status status_since registered_on"),
        },
        {"certificate_number": "registration.certificate_number"},
        lambda query: query.join(Authority, Authority.id == Registration.authority_id),
    ),
    "practices": _held(
        Practice,
        Practice.practitioner_id == _person,
        {"institution": Institution.name, **_columns(Practice, "kind valid_from valid_to")},
        join=lambda query: query.join(Institution, Institution.id == Practice.institution_id),
    ),
    "photos": _held(
        Photo,
        Photo.practitioner_id == _person,
        {
            **_columns(Photo, "status size width height uploaded_at decided_at superseded_at"),
            "reason": Photo.reason_sealed,
        },
        {"reason": "photo.reason"},
    ),
    "register_entries": _held(
        RegisterEntry,
        RegisterEntry.practitioner_id == _person,
        _columns(RegisterEntry, "kind effective_on recorded_at"),
    ),
    "licences": _held(
        Licence,
        Licence.practitioner_id == _person,
        {
            **_columns(Licence, "number version status issued_at ended_at end_reason"),
            "licence_content": Licence.claims_sealed,
        },
        {"licence_content": CLAIMS_PLACE},
    ),
    "views": _held(
        ApplicationView,
        Application.practitioner_id == _person,
        {
            "application_number": Application.number,
            **_columns(ApplicationView, "day viewed_at office role"),
        },
        join=lambda query: query.join(Application, Application.id == ApplicationView.application_id),
    ),
}
APPLICATIONS = _held(Application, Application.practitioner_id == _person, {"none": null()})
"""Their ids; what is in them is read one by one."""
