"""Application type deregistration: named and numbered; not open in this release."""

from registry_api.applications.types.spec import ApplicationType, Payload

TYPE = ApplicationType(code="deregistration", prefix="ZX", order=7, payload=Payload)
