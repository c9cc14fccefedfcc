"""Application type filing_cancellation: named and numbered; not open in this release."""

from registry_api.applications.types.spec import ApplicationType, Payload

TYPE = ApplicationType(code="filing_cancellation", prefix="QB", order=6, payload=Payload)
