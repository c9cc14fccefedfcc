"""`make bench`: our server, the floor and pgbench on one database; prints ratios and aims, writes JSON."""

import argparse
import json
import os
import platform
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import documents, licences
from bench.report import DOCUMENT, markdown, write_into
from bench.run import Plan, run

RESULTS = Path("bench/results")
FULL_GROWTH = 10


def main() -> None:
    """Runs the benchmark and writes its results."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--doctors", type=int, default=132_000, help="132,000 have 100,000 applications")
    parser.add_argument("--requests", type=int, default=400, help="requests a measurement of a write")
    parser.add_argument(
        "--reads", type=int, help="requests a measurement of a read; else four times --requests"
    )
    parser.add_argument("--full", action="store_true", help="measure the lists again at ten times the rows")
    parser.add_argument("--write-docs", action="store_true", help=f"put the results into {DOCUMENT}")
    options = parser.parse_args()
    # Ended by `make` or by a closed terminal it still ends its servers and removes its database.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    plan = Plan(
        doctors=options.doctors,
        writes=options.requests,
        reads=options.reads or options.requests * 4,
        growth=FULL_GROWTH if options.full else 1,
    )
    # By themselves, before the servers are there.
    of_licences, of_documents = licences.measure(), documents.measure()
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}",
        **run(plan),
        "licences": of_licences,
        "documents": of_documents,
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{results['at'].replace(':', '')}.json"
    path.write_text(json.dumps(results, indent=1), encoding="utf-8")
    section = markdown(results)
    section_of_licences = licences.markdown(of_licences, f"{results['machine']}, {results['at']}.")
    section_of_documents = documents.markdown(of_documents, f"{results['machine']}, {results['at']}.")
    print(f"{section}\n\n{section_of_licences}\n\n{section_of_documents}")
    if options.write_docs:
        write_into(DOCUMENT, section)
        write_into(DOCUMENT, section_of_licences, licences.BEGIN, licences.END)
        write_into(DOCUMENT, section_of_documents, documents.BEGIN, documents.END)
    print(path)


if __name__ == "__main__":
    main()
