# Python, SQL (the sqlite3 of Python) and Bash: the base has them all.
ARG BASE
FROM ${BASE}
COPY seal.sh /
RUN sh /seal.sh
