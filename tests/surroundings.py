"""What of this machine the tests could use, for the summary of `make test`."""

import psycopg
import redis

from sandbox import Judge
from tests.conftest import POSTGRES, REDIS


def _postgres() -> str:
    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
    except psycopg.OperationalError as error:
        return f"SKIPPED: none answers at {POSTGRES} ({str(error).splitlines()[0]}); set TEST_DATABASE_URL"
    return "tested"


def _redis() -> str:
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        return f"SKIPPED: none answers at {REDIS} ({type(error).__name__}); set TEST_REDIS_URL"
    return "tested"


def _cage() -> str:
    found = Judge().probe()
    return "tested" if found.works else f"SKIPPED: {found.problem}"


if __name__ == "__main__":
    for name, state in (("PostgreSQL", _postgres()), ("Redis", _redis()), ("sandbox", _cage())):
        print(f"  {name:18} {state}")
