"""Application type multi_institution: named and numbered; not open in this release."""

from registry_api.applications.types.spec import ApplicationType, Payload

TYPE = ApplicationType(code="multi_institution", prefix="DJ", order=3, payload=Payload)
