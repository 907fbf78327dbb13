# Java. The headless development kit: there is no screen in a cell.
ARG BASE
FROM ${BASE}
# The package's scripts link manual pages and fail where their folder is missing.
RUN mkdir -p /usr/share/man/man1 \
    && apt-get update \
    && apt-get install --yes --no-install-recommends openjdk-17-jdk-headless \
    && rm -rf /var/lib/apt/lists/*
COPY seal.sh /
RUN sh /seal.sh
