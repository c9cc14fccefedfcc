"""Every table of the system in one MetaData, for migrations and for the house tests."""

from sqlalchemy import MetaData

from registry_api.accounts import models as accounts
from registry_api.applications import models as applications
from registry_api.audit import models as audit
from registry_api.clients import models as clients
from registry_api.institutions import models as institutions
from registry_api.kit import idempotency
from registry_api.kit.schema import Base
from registry_api.notices import models as notices
from registry_api.outbox import models as outbox
from registry_api.photos import models as photos
from registry_api.practitioners import models as practitioners
from registry_api.register import models as register

SLICES = (
    accounts,
    applications,
    audit,
    clients,
    idempotency,
    institutions,
    notices,
    outbox,
    photos,
    practitioners,
    register,
)

metadata: MetaData = Base.metadata
