"""A cache forgets in time and never hands out what the caller can still change; both kinds behave alike."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis

from services.platform.cache import Cache, MemoryCache, RedisCache
from tests.conftest import REDIS


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def cache(request: pytest.FixtureRequest) -> Iterator[Cache]:
    if request.param == "memory":
        yield MemoryCache()
        return
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=2).ping()
    except redis.RedisError:
        pytest.skip(f"no Redis answers at {REDIS}")
    yield RedisCache(REDIS)


@pytest.fixture
def key() -> str:
    return f"test:{uuid4()}"


def test_a_value_is_there_until_it_is_deleted(cache: Cache, key: str) -> None:
    assert cache.get(key) is None
    cache.set(key, {"rows": [1, "two", None]}, 60)
    assert cache.get(key) == {"rows": [1, "two", None]}
    cache.delete(key)
    assert cache.get(key) is None


def test_a_value_is_forgotten_when_its_time_is_over(cache: Cache, key: str) -> None:
    cache.set(key, 1, 0.05)
    deadline = time.monotonic() + 5
    while cache.get(key) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_changing_what_was_given_or_got_does_not_change_the_cache(cache: Cache, key: str) -> None:
    given = [1]
    cache.set(key, given, 60)
    given.append(2)
    cache.get(key).append(3)
    assert cache.get(key) == [1]


def test_a_counter_counts_and_starts_anew(cache: Cache, key: str) -> None:
    assert [cache.count(key, 60) for _ in range(3)] == [1, 2, 3]
    short = key + ":short"
    assert cache.count(short, 0.05) == 1
    deadline = time.monotonic() + 5
    while cache.get(short) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert cache.count(short, 60) == 1


def test_memory_is_bounded_and_keeps_what_is_used() -> None:
    cache = MemoryCache(most=3)
    for name in ("a", "b", "c"):
        cache.set(name, name, 60)
    cache.get("a")
    cache.set("d", "d", 60)
    assert [cache.get(name) for name in ("a", "b", "c", "d")] == ["a", None, "c", "d"]


def test_redis_that_does_not_answer_is_an_empty_cache(key: str) -> None:
    cache = RedisCache("redis://127.0.0.1:1/0")
    cache.set(key, 1, 60)
    assert cache.get(key) is None
    assert cache.count(key, 60) == 1
    cache.delete(key)
