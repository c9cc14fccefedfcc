"""The results as Markdown, and the place in the documentation where they stand.

`python -m bench.report bench/results/….json` writes a file of results into the documentation again.
"""

import json
import sys
from pathlib import Path
from typing import Any

from bench.figures import CONNECTIONS, DEEP, FIRST, FLOOR, OURS, PGBENCH, SIGN_IN, Figures, of_server

DOCUMENT = Path("docs/performance.md")
BEGIN, END = "<!-- measured by make bench: begin -->", "<!-- measured by make bench: end -->"
NONE = "–"

Key = tuple[int, str, str, int]


def markdown(results: dict[str, Any]) -> str:
    """The measured section: machine, aims, tables."""
    figures = [Figures(**one) for one in results["figures"]]
    by_server = {name: of_server(figures, name) for name in (OURS, FLOOR, PGBENCH)}
    sizes = results["sizes"]
    smallest = sizes[0]["rows"]
    keys = list(dict.fromkeys(one.key for one in figures if one.rows == smallest))
    # Workload by workload, and in each by connections.
    order = list(dict.fromkeys((key[1], key[2]) for key in keys))
    keys.sort(key=lambda key: (order.index((key[1], key[2])), key[3]))
    plan = results["plan"]
    parts = [
        f"{results['machine']}, {results['at']}: {plan['doctors']:,} doctors; {plan['reads']:,} requests a"
        f" measurement of a read, {plan['writes']:,} of a write. " + " ".join(_size(one) for one in sizes),
        "### Aims\n\nThe worst connection count and desk of each.\n\n" + _aims(results["aims"]),
        f"### Throughput and latency at {smallest:,} applications\n\n"
        "Requests a second; p50 / p99 in milliseconds.\n\n" + _latencies(keys, by_server),
        f"### CPU at {smallest:,} applications\n\n"
        "Microseconds a request: server (or pgbench) + PostgreSQL.\n\n" + _cpu(keys, by_server),
        "### Sign-in, the hash apart\n\n" + _sign_in(results["hash"], by_server, smallest),
    ]
    if len(sizes) > 1:
        parts.append("### Lists at two sizes\n\n" + _growth(sizes, by_server))
    parts.append(
        f"Resident memory of the server: {results['resting_mib']} MiB resting,"
        f" {results['after_sign_ins_mib']} MiB after 64 sign-ins in flight."
    )
    return "\n\n".join(parts)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _size(size: dict[str, Any]) -> str:
    desks = ", ".join(f"{name} {cases:,}" for name, cases in size["desks"].items())
    return f"With {size['rows']:,} applications the desks hold: {desks}."


def _aims(aims: list[dict[str, Any]]) -> str:
    return _table(
        ["aim", "measured", "at", ""],
        [[one["aim"], one["measured"], one["where"], "met" if one["met"] else "**missed**"] for one in aims],
    )


def _times(one: Figures | None) -> str:
    return f"{one.p50:.2f} / {one.p99:.2f}" if one else NONE


def _share(one: Figures | None, other: Figures | None) -> str:
    return f"{one.per_second / other.per_second:.0%}" if one and other and other.per_second else NONE


def _latencies(keys: list[Key], by_server: dict[str, dict[Key, Figures]]) -> str:
    rows = []
    for key in keys:
        ours, floor, sql = (by_server[name].get(key) for name in (OURS, FLOOR, PGBENCH))
        shown = [one for one in (ours, floor, sql) if one]
        rows.append(
            [
                shown[0].label,
                str(key[3]),
                *(f"{one.per_second:.0f}" if one else NONE for one in (ours, floor, sql)),
                _share(ours, floor),
                *((NONE, NONE) if key[1] == SIGN_IN else (_share(ours, sql), _share(floor, sql))),
                _times(ours),
                f"{ours.spread:.1f}" if ours else NONE,
                _times(floor),
                _times(sql),
                str(sum(one.errors for one in shown)),
            ]
        )
    head = ["workload", "conn.", "ours /s", "floor /s", "pgbench /s", "ours of floor", "ours of pgbench"]
    head += [
        "floor of pgbench",
        "ours p50 / p99",
        "p99 ÷ p50",
        "floor p50 / p99",
        "pgbench p50 / p99",
        "errors",
    ]
    return _table(head, rows)


def _cpu(keys: list[Key], by_server: dict[str, dict[Key, Figures]]) -> str:
    def cost(one: Figures | None) -> str:
        return f"{one.server_cpu_us} + {one.database_cpu_us}" if one else NONE

    rows = []
    for key in keys:
        found = [by_server[name].get(key) for name in (OURS, FLOOR, PGBENCH)]
        label = next(one.label for one in found if one)
        rows.append([label, str(key[3]), *map(cost, found)])
    return _table(["workload", "conn.", "ours", "floor", "pgbench"], rows)


def _sign_in(hashing: dict[str, float], by_server: dict[str, dict[Key, Figures]], rows: int) -> str:
    lines = []
    for connections in CONNECTIONS:
        ours, floor, sql = (
            by_server[name][rows, SIGN_IN, "", connections] for name in (OURS, FLOOR, PGBENCH)
        )
        line = [str(connections), *map(_times, (ours, floor, sql))]
        # Only alone does a sign-in wait for one hash; in company it waits for those before it.
        alone = connections == 1
        line += [f"{one.p50 - hashing['p50_ms']:.2f}" if alone else NONE for one in (ours, floor)]
        line += [
            f"{one.server_cpu_us - hashing['cpu_us']:.0f} + {one.database_cpu_us}" for one in (ours, floor)
        ]
        lines.append([*line, f"{sql.server_cpu_us} + {sql.database_cpu_us}"])
    head = ["conn.", "ours p50 / p99", "floor p50 / p99", "pgbench (no hash) p50 / p99"]
    head += ["ours less the hash, p50", "floor less the hash, p50"]
    head += [
        "CPU µs ours less the hash + PostgreSQL",
        "floor less the hash + PostgreSQL",
        "pgbench + PostgreSQL",
    ]
    return (
        f"One verification of a password (Argon2id, the service's parameters, one at a time):"
        f" {hashing['p50_ms']} ms, {hashing['cpu_us']:.0f} µs of CPU.\n\n" + _table(head, lines)
    )


def _growth(sizes: list[dict[str, Any]], by_server: dict[str, dict[Key, Figures]]) -> str:
    before, after = sizes[0], sizes[-1]
    rows = []
    for desk in before["desks"]:
        for workload in (FIRST, DEEP):
            for connections in CONNECTIONS:
                line = [f"{workload}, {desk}", f"{before['desks'][desk]:,} → {after['desks'][desk]:,}"]
                line.append(str(connections))
                for name in (OURS, FLOOR, PGBENCH):
                    one = by_server[name][before["rows"], workload, desk, connections]
                    other = by_server[name][after["rows"], workload, desk, connections]
                    line.append(f"{one.p50:.2f} → {other.p50:.2f} ({other.p50 / max(0.001, one.p50):.2f} ×)")
                one = by_server[OURS][before["rows"], workload, desk, connections]
                other = by_server[OURS][after["rows"], workload, desk, connections]
                line.append(f"{one.database_cpu_us} → {other.database_cpu_us}")
                rows.append(line)
    said = (
        f"p50 in milliseconds at {before['rows']:,} and at {after['rows']:,} applications. The second size is made"
        " by copying each application with an id of the same millisecond, so that every office"
        " keeps its share; steps and attachments, which a list does not read, are not copied. *Equal* desks are"
        " as long at both sizes (another office at the second), *largest* ones grow with the table.\n\n"
    )
    head = ["page, desk", "cases", "conn.", "ours", "floor", "pgbench", "PostgreSQL CPU µs (ours)"]
    return said + _table(head, rows)


def write_into(document: Path, section: str, begin: str = BEGIN, end: str = END) -> None:
    """Puts a measured section between its marks; raises SystemExit if they are not there."""
    text = document.read_text("utf-8")
    if begin not in text or end not in text:
        raise SystemExit(f"{document} has no place for results: {begin} … {end}")
    before, rest = text.split(begin, 1)
    _, after = rest.split(end, 1)
    document.write_text(f"{before}{begin}\n\n{section}\n\n{end}{after}", "utf-8")


if __name__ == "__main__":
    write_into(DOCUMENT, markdown(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
