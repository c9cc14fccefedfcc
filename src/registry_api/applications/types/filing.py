"""Application type filing: named and numbered; not open in this release."""

from registry_api.applications.types.spec import ApplicationType, Payload

TYPE = ApplicationType(code="filing", prefix="BA", order=5, payload=Payload)
