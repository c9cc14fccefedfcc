"""Prometheus metrics of the service."""

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
