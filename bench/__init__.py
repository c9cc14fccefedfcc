"""Benchmarks: our server beside a floor of bare Starlette, asyncpg and hand-written SQL, and beside pgbench."""
