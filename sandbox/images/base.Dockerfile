# What every cell has: a small Debian, and Python for the agent that runs inside.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 tzdata \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
