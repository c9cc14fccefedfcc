"""What was measured: figures, their ratios, and the aims they are held against."""

from dataclasses import dataclass
from typing import Any

from bench.prepare import EQUAL, LARGEST

CONNECTIONS = (1, 16, 64)
OURS, FLOOR, PGBENCH = "ours", "floor", "pgbench"
FIRST, DEEP = "first page", "deep page"
SIGN_IN = "sign-in"
"""With its hash on a server, without it in pgbench."""
_LEAST = 0.01
"""Few requests give figures that round to nothing; what is divided by is at least this."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One workload on one server; p50 and p99 in milliseconds, CPU in microseconds a request."""

    rows: int
    """Applications in the database."""
    workload: str
    desk: str
    """Whose list it is, empty for what is no list."""
    server: str
    connections: int
    requests: int
    errors: int
    per_second: float
    p50: float
    p99: float
    server_cpu_us: int
    """Of the HTTP server's process tree; for pgbench, of pgbench itself."""
    database_cpu_us: int

    @property
    def key(self) -> tuple[int, str, str, int]:
        """What is the same on every server."""
        return self.rows, self.workload, self.desk, self.connections

    @property
    def spread(self) -> float:
        """p99 over p50."""
        return round(self.p99 / self.p50, 2) if self.p50 else 0.0

    @property
    def label(self) -> str:
        """The workload as a table names it."""
        return f"{self.workload}, {self.desk}" if self.desk else self.workload


@dataclass(frozen=True, slots=True)
class Aim:
    """An aim of the issue, the worst that was measured for it, and where."""

    aim: str
    measured: str
    where: str
    met: bool


def of_server(figures: list[Figures], server: str) -> dict[tuple[int, str, str, int], Figures]:
    """One server's figures by what was measured."""
    return {one.key: one for one in figures if one.server == server}


def ratios(figures: list[Figures]) -> list[dict[str, Any]]:
    """Ours beside the floor and beside pgbench, workload by workload."""
    floor, pgbench = of_server(figures, FLOOR), of_server(figures, PGBENCH)
    lines = []
    for key, one in of_server(figures, OURS).items():
        line: dict[str, Any] = {
            "rows": one.rows,
            "workload": one.workload,
            "desk": one.desk,
            "connections": one.connections,
            "p99_over_p50": one.spread,
        }
        if other := floor.get(key):
            line["throughput_of_floor"] = round(one.per_second / max(_LEAST, other.per_second), 3)
            line["server_cpu_of_floor"] = round(one.server_cpu_us / max(1, other.server_cpu_us), 2)
            line["database_cpu_of_floor"] = round(one.database_cpu_us / max(1, other.database_cpu_us), 2)
        if (sql := pgbench.get(key)) and one.workload != SIGN_IN:
            line["throughput_of_pgbench"] = round(one.per_second / max(_LEAST, sql.per_second), 3)
            line["database_cpu_of_pgbench"] = round(one.database_cpu_us / max(1, sql.database_cpu_us), 2)
        lines.append(line)
    return lines


def _at(one: Figures) -> str:
    return f"{one.label}, {one.connections} connections, {one.rows:,} rows"


def _worst(
    aim: str, measured: list[tuple[float, Figures]], limit: float, unit: str, *, least: bool = False
) -> list[Aim]:
    """The worst of several measurements of one aim; nothing if none was taken."""
    if not measured:
        return []
    choose = min if least else max
    value, where = choose(measured, key=lambda pair: pair[0])
    met = value >= limit if least else value <= limit
    return [Aim(aim, f"{value:.0%}" if unit == "%" else f"{value:.2f}{unit}", _at(where), met)]


def aims(figures: list[Figures], resting_mib: float, loaded_mib: float) -> list[Aim]:
    """The aims of issue 2 and what was measured, the worst connection count and desk of each."""
    ours, floor = of_server(figures, OURS), of_server(figures, FLOOR)

    def of_floor(*workloads: str) -> list[tuple[float, Figures]]:
        return [
            (one.per_second / max(_LEAST, floor[key].per_second), one)
            for key, one in ours.items()
            if one.workload in workloads and key in floor
        ]

    def growth(kind: str) -> list[tuple[float, Figures]]:
        smallest = min(one.rows for one in figures)
        pairs = []
        for (rows, workload, desk, connections), one in ours.items():
            before = ours.get((smallest, workload, desk, connections))
            if rows > smallest and kind in desk and before:
                pairs.append((one.p50 / max(_LEAST, before.p50), one))
        return pairs

    deep = [
        (one.p50 / max(_LEAST, ours[rows, FIRST, desk, connections].p50), one)
        for (rows, workload, desk, connections), one in ours.items()
        if workload == DEEP
    ]
    submits = [(one.server_cpu_us / 1000, one) for one in ours.values() if one.workload == "submit"]
    spreads = [(one.spread, one) for one in ours.values() if one.connections == 64]
    errors = [(float(one.errors), one) for one in figures]
    return [
        *_worst("submit, approve ≥ 50 % of the floor", of_floor("submit", "approve"), 0.5, "%", least=True),
        *_worst(
            "read one, first page ≥ 40 % of the floor", of_floor("read one", FIRST), 0.4, "%", least=True
        ),
        *_worst("deep page ≤ 1.2 × the first (p50)", deep, 1.2, " ×"),
        *_worst("ten times the rows ≤ 1.2 × (p50), desk of the same size", growth(EQUAL), 1.2, " ×"),
        *_worst("ten times the rows ≤ 1.2 × (p50), largest desk", growth(LARGEST), 1.2, " ×"),
        *_worst("submit ≤ 1.2 ms of the server's CPU", submits, 1.2, " ms"),
        *_worst("p99 ≤ 3 × p50 at 64 connections", spreads, 3, " ×"),
        *_worst("no error", errors, 0, ""),
        Aim("resting ≤ 130 MiB", f"{resting_mib:.1f} MiB", "the server's process", resting_mib <= 130),
        Aim("≤ 250 MiB with 64 sign-ins", f"{loaded_mib:.1f} MiB", "the server's process", loaded_mib <= 250),
    ]
