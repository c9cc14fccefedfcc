"""Application type multi_institution_cancellation: named and numbered; not open in this release."""

from registry_api.applications.types.spec import ApplicationType, Payload

TYPE = ApplicationType(code="multi_institution_cancellation", prefix="QD", order=4, payload=Payload)
