"""Every table of the system in one MetaData, for migrations and for the house tests."""

from sqlalchemy import MetaData

from registry_api.accounts import models as accounts
from registry_api.activation import models as activation
from registry_api.announcements import models as announcements
from registry_api.applications import models as applications
from registry_api.audit import models as audit
from registry_api.captchas import models as captchas
from registry_api.clients import models as clients
from registry_api.identity_cases import models as identity_cases
from registry_api.institutions import models as institutions
from registry_api.kit import idempotency
from registry_api.kit.schema import Base
from registry_api.licences import models as licences
from registry_api.messages import models as messages
from registry_api.notices import models as notices
from registry_api.outbox import models as outbox
from registry_api.photos import models as photos
from registry_api.practitioners import models as practitioners
from registry_api.register import models as register
from registry_api.second_factors import models as second_factors
from registry_api.wechat import models as wechat

SLICES = (
    accounts,
    wechat,
    identity_cases,
    activation,
    second_factors,
    captchas,
    messages,
    announcements,
    applications,
    audit,
    clients,
    idempotency,
    institutions,
    licences,
    notices,
    outbox,
    photos,
    practitioners,
    register,
)

metadata: MetaData = Base.metadata
