"""Statements of SQL that want more than the database of the exercise."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import Attack

_LIMITS = {"cpu_ms": 1500, "wall_ms": 12000, "memory_mb": 96}


def _sql(name: str, source: str, expect: str, why: str = "", **more: object) -> Attack:
    return Attack(
        name=f"sql: {name}", language="sql", source=source, expect=expect, why=why, rows=(56,), limits=_LIMITS, **more
    )  # type: ignore[arg-type]


ATTACKS = [
    *(
        _sql(
            f"attaches {target}",
            f"ATTACH '{target}' AS x; SELECT 'ESCAPED';",
            "runtime_error security_violation",
            "the statement is refused",
        )
        for target in ("/etc/x", "@SECRET@", "/tmp/x.db", "file:/tmp/x?vfs=unix-none", ":memory:")
    ),
    _sql(
        "writes a copy of itself",
        "VACUUM INTO '/tmp/copy.db'; SELECT 'ESCAPED';",
        "runtime_error security_violation",
        "the statement is refused",
    ),
    _sql(
        "loads an extension",
        "SELECT load_extension('/box/x.so'), 'ESCAPED';",
        "runtime_error security_violation",
        "the function is refused or unknown",
    ),
    _sql(
        "loads an extension by its entry",
        "SELECT load_extension('/usr/lib/x86_64-linux-gnu/libc.so.6', 'system');",
        "runtime_error security_violation",
        "the function is refused or unknown",
    ),
    _sql(
        "reads and writes files",
        "SELECT readfile('@SECRET@'), writefile('/tmp/x', 'ESCAPED'), edit('x', 'sh');",
        "runtime_error security_violation",
        "the functions are unknown",
    ),
    _sql(
        "commands of the shell",
        ".shell cat @SECRET@\n.read @SECRET@\n.import @SECRET@ t\n.output /tmp/x\n",
        "runtime_error compile_error",
        "these are no statements: an error of the text",
    ),
    _sql(
        "changes the table of tables",
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'ESCAPED'; SELECT 'ESCAPED' FROM sqlite_master;",
        "runtime_error security_violation accepted",
        "refused, or without any effect on a database that has no tables",
        stdout=None,
    ),
    _sql(
        "moves the temporary files",
        "PRAGMA temp_store_directory = '/etc'; PRAGMA data_store_directory = '/etc'; PRAGMA journal_mode = WAL; PRAGMA mmap_size = 1099511627776; SELECT 1;",
        "runtime_error security_violation accepted",
        "settings are refused or have no effect on anybody else",
    ),
    _sql(
        "counts without end",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;",
        "time_limit",
    ),
    _sql(
        "rows without end",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c;",
        "output_limit memory_limit time_limit",
        "rows are printed as they come or are collected first",
        flat_memory=True,
    ),
    _sql(
        "all with all",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3000) SELECT count(*) FROM c a, c b, c d, c e;",
        "time_limit",
    ),
    _sql(
        "two gigabytes of nothing",
        "SELECT length(zeroblob(2000000000));",
        "memory_limit runtime_error accepted",
        "SQLite need not make the bytes to count them",
    ),
    _sql(
        "two gigabytes of noise",
        "SELECT hex(randomblob(900000000));",
        "memory_limit runtime_error time_limit",
        "the bytes are refused as too many or meet a limit",
    ),
    _sql(
        "a text of a gigabyte",
        "SELECT printf('%.*c', 900000000, 'x') || printf('%.*c', 900000000, 'x');",
        "memory_limit runtime_error time_limit output_limit",
        "the text is refused as too long or meets a limit",
    ),
    _sql(
        "a text that doubles",
        "WITH RECURSIVE c(x) AS (SELECT 'xxxxxxxx' UNION ALL SELECT x || x FROM c) SELECT length(x) FROM c;",
        "memory_limit runtime_error time_limit",
        "the text is refused as too long or meets a limit",
    ),
    _sql(
        "a table that fills",
        "CREATE TABLE t (x); INSERT INTO t VALUES (randomblob(1000000)); "
        + "INSERT INTO t SELECT randomblob(1000000) FROM t; " * 12,
        "memory_limit runtime_error time_limit",
        "the database is memory: full, or over the limit",
    ),
    _sql(
        "triggers that call each other",
        "PRAGMA recursive_triggers = ON; CREATE TABLE t (x); CREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO t VALUES (new.x + 1); END; INSERT INTO t VALUES (1);",
        "runtime_error time_limit memory_limit",
        "SQLite bounds the depth itself, unless a limit is met before",
    ),
    _sql(
        "an expression without end",
        "SELECT " + "(" * 20000 + "1" + ")" * 20000 + ";",
        "runtime_error compile_error",
        "the text is refused as too deep",
    ),
    _sql(
        "a pattern without end",
        "SELECT '" + "a" * 5000 + "' LIKE '" + "%a" * 2000 + "b';",
        "runtime_error time_limit accepted",
        "patterns are bounded in length, and slow",
    ),
    _sql("half a statement", "SELECT 'a", "runtime_error compile_error", "an error of the text"),
    _sql(
        "bytes that are no text",
        "SELECT '\ud83d', x'00ff', char(0, 55296), 'ESC' || char(27);",
        "accepted runtime_error compile_error",
        "half a pair is replaced or refused; nobody is harmed",
    ),
]
