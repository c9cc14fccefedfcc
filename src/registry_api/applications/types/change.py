"""Application type change: named and numbered; not open in this release."""

from registry_api.applications.types.spec import ApplicationType, Payload

TYPE = ApplicationType(code="change", prefix="BG", order=2, payload=Payload)
