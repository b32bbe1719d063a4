# The web tier's image: one process manager, no compiler, no secrets, nothing writable but /tmp.
# Build with the same Python that requirements/web.txt was compiled for.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /shop
COPY requirements/web.txt requirements/web.txt
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --only-binary :all: -r requirements/web.txt
COPY manage.py ./
COPY config config
COPY storefront storefront
COPY templates templates
COPY static static
COPY locale locale
COPY scripts/messages.py scripts/messages.py
# Hashed names for every static file. The settings of production would rightly refuse to start without an
# address and a key, so the storage alone is chosen here.
RUN /venv/bin/python -m scripts.messages compile && rm -rf scripts
RUN STOREFRONT_ENV=development STATIC_MANIFEST=1 /venv/bin/python manage.py collectstatic --noinput \
    && find . -name __pycache__ -prune -exec rm -rf {} + \
    && find . -type d -exec chmod 0755 {} + && find . -type f -exec chmod 0644 {} +

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STOREFRONT_ENV=production WEB_BIND=0.0.0.0:8000 MALLOC_ARENA_MAX=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin shop
COPY --from=build /venv /venv
COPY --from=build /shop /shop
WORKDIR /shop
USER 10001
EXPOSE 8000
# The load balancer asks /healthz; a check of the container's own would only be a second opinion.
HEALTHCHECK NONE
STOPSIGNAL SIGTERM
# gunicorn's heartbeat files live in memory, so that the root file system can be read-only.
CMD ["gunicorn", "--config", "config/gunicorn.py", "--worker-tmp-dir", "/dev/shm", "config.wsgi:application"]
