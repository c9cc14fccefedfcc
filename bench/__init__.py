"""Benchmarks: our server beside a floor of bare Starlette, asyncpg and hand-written SQL, in one run."""
