"""Prometheus metrics of the service."""

import hmac

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

METRICS = CollectorRegistry()
REQUESTS = Counter(
    "registry_requests_total", "Requests by operation and status.", ("operation", "status"), registry=METRICS
)
SECONDS = Histogram(
    "registry_request_seconds",
    "Time to answer.",
    ("operation",),
    registry=METRICS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
CONNECTIONS = Gauge("registry_database_connections_in_use", "Connections held by requests.", registry=METRICS)
MESSAGES = Counter(
    "registry_messages_total",
    "Text messages and mails by channel and what became of them; a delay is followed by another try.",
    ("channel", "outcome"),
    registry=METRICS,
)
DEAD_LETTERS = Gauge(
    "registry_outbox_dead_letters", "Events that were given up; somebody has to look.", registry=METRICS
)
OLDEST_DUE = Gauge(
    "registry_outbox_oldest_due_seconds",
    "How long the oldest event that is due has waited.",
    registry=METRICS,
)


def may_scrape(authorization: str | None, token: str) -> bool:
    """Whether an `Authorization` header carries the metrics token; without a token nobody may."""
    given = (authorization or "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())
