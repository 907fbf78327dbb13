"""Requests and results on the wire: what goes out comes in again, and nothing else does."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import wire
from sandbox.types import (
    LIMIT_RANGES,
    Case,
    CaseResult,
    DiffLine,
    FailingCase,
    Group,
    GroupResult,
    HelperProgram,
    JudgeRequest,
    JudgeResult,
    Limits,
    RunRequest,
    RunResult,
)
from sandbox.wire import Health, WireError, checked_token, decode, decode_health, encode

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
st.register_type_strategy(int, st.integers(min_value=-(2**53), max_value=2**53))
st.register_type_strategy(Limits, st.builds(Limits, **{n: st.integers(*bounds) for n, bounds in LIMIT_RANGES.items()}))
for _kind in (Case, Group, HelperProgram, CaseResult, GroupResult, FailingCase, DiffLine):
    st.register_type_strategy(_kind, st.builds(_kind, **dict.fromkeys(_kind.__dataclass_fields__, ...)))

_FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def values(kind: type) -> st.SearchStrategy[Any]:
    """Any value of a dataclass, with every field given."""
    return st.builds(kind, **dict.fromkeys(kind.__dataclass_fields__, ...))


def as_bytes(value: Any) -> Any:
    """Text and bytes mean the same to the judge, lists and tuples too."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if hasattr(value, "__dataclass_fields__"):
        return {name: as_bytes(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {name: as_bytes(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_bytes(item) for item in value]
    return value


@pytest.mark.parametrize("kind", [RunRequest, JudgeRequest, RunResult, JudgeResult, Health])
@pytest.mark.parametrize("brief", [False, True])
def test_what_is_sent_is_what_arrives(kind: type, brief: bool) -> None:
    @_FEW
    @given(values(kind))
    def check(sent: Any) -> None:
        data = encode(sent, brief=brief)
        received = decode(kind, data)
        assert as_bytes(received) == as_bytes(sent)
        assert encode(received, brief=brief) == data

    check()


def test_a_brief_request_is_understood_by_who_knows_fewer_fields() -> None:
    request = JudgeRequest("python", {"main.py": b"\xff"}, cases=[Case("a", "1", "2")])
    sent = json.loads(encode(request, brief=True))
    assert sent == {
        "language": "python",
        "files": {"main.py": {"base64": "/w=="}},
        "cases": [{"name": "a", "stdin": "1", "expected": "2"}],
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@_FEW
@given(values(JudgeRequest), st.data())
def test_a_wrong_value_anywhere_is_a_wire_error_or_still_a_request(request: JudgeRequest, data: st.DataObject) -> None:
    value = json.loads(encode(request))
    place = value
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(JSON)
        break
    text = json.dumps(value).encode()
    try:
        received = decode(JudgeRequest, text)
    except WireError as error:
        assert str(error).startswith(f"{error.field}: ")
    else:
        assert isinstance(received, JudgeRequest)
        assert encode(received)


@_FEW
@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_a_wire_error(data: bytes) -> None:
    for kind in (RunRequest, JudgeResult):
        with pytest.raises(WireError):
            decode(kind, data)


GOOD = {"language": "python", "files": {"main.py": "print(1)"}, "entry": "main.py"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"language": 1}, "language: must be a text"),
        ({"language": None}, "language: must be a text"),
        ({"files": ["main.py"]}, "files: must be an object"),
        ({"files": {"main.py": 1}}, 'files.main.py: must be a text or {"base64": "..."}'),
        ({"files": {"main.py": {"base64": "%%%"}}}, "files.main.py: is not base64"),
        ({"files": {"main.py": {"base64": "/w==", "x": 1}}}, 'files.main.py: must be a text or {"base64": "..."}'),
        ({"files": {"a\u0000\u202e": 1}}, 'files.a??: must be a text or {"base64": "..."}'),
        ({"limits": {"cpu_ms": -1}}, "limits.cpu_ms: must be between 50 and 60000"),
        ({"limits": {"cpu_ms": 1.5}}, "limits.cpu_ms: must be a whole number"),
        ({"limits": {"cpu_ms": True}}, "limits.cpu_ms: must be a whole number"),
        ({"limits": {"cpu_ms": "2000"}}, "limits.cpu_ms: must be a whole number"),
        ({"limits": {"cpu_ms": 10**30}}, "limits.cpu_ms: is too large a number"),
        ({"limits": {"sudo": 1}}, "limits.sudo: no such field"),
        ({"limits": []}, "limits: must be an object"),
        ({"args": "abc"}, "args: must be a list"),
        ({"args": ["a", 2]}, "args[1]: must be a text"),
        ({"x" * 500: 1}, "x" * 59 + "…: no such field"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(WireError) as caught:
        decode(RunRequest, json.dumps({**GOOD, **change}).encode())
    assert str(caught.value) == said
    assert decode(RunRequest, json.dumps(GOOD).encode()).entry == "main.py"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "body: is not JSON (line 1, column 1)"),
        (b"{", "body: is not JSON (line 1, column 2)"),
        (b"[]", "body: must be an object"),
        (b"null", "body: must be an object"),
        (b"\xff\xfe", "body: is not UTF-8"),
        (b"[" * 200_000, "body: nested too deep"),
        (b'{"language": "a", "language": "b"}', "body: has an object with the same name twice"),
        (b'{"limits": {"cpu_ms": NaN}}', "body: NaN is not a number in JSON"),
        (b'{"limits": {"cpu_ms": -Infinity}}', "body: -Infinity is not a number in JSON"),
        (b'{"limits": {"cpu_ms": %s}}' % (b"9" * 5000), "body: holds a number that is too long"),
        (b'{"language": "python", "entry": "a"}', "files: is missing"),
    ],
)
def test_what_is_no_json_object_is_refused(text: bytes, said: str) -> None:
    with pytest.raises(WireError) as caught:
        decode(RunRequest, text)
    assert str(caught.value) == said


def test_numbers_that_are_none_are_refused_in_both_directions() -> None:
    with pytest.raises(WireError, match=r"^float_tolerance: is too large a number"):
        decode(JudgeRequest, b'{"language": "python", "files": {}, "float_tolerance": 1e999}')
    with pytest.raises(ValueError):
        encode(JudgeRequest("python", {}, float_tolerance=math.nan))


def test_a_result_can_be_read_so_that_any_database_holds_it() -> None:
    data = b'{"verdict": "accepted", "stdout": "a\\u0000b\\ud800c\\u202e"}'
    assert decode(RunResult, data).stdout == "a\0b\ud800c\u202e"
    assert decode(RunResult, data, clean=True).stdout == "a\ufffdb?c\u202e"


def test_a_half_pair_in_a_program_survives() -> None:
    request = RunRequest("python", {"main.py": "'\ud800'"}, "main.py")
    assert decode(RunRequest, encode(request)).files["main.py"] == "'\ud800'"


def test_what_only_a_newer_server_says_of_itself_is_passed_over() -> None:
    told = {"version": 1, "works": True, "places": 2, "free": 1, "running": 1, "waiting": 0, "line": 8, "mood": "good"}
    assert decode_health(json.dumps(told).encode()).free == 1
    with pytest.raises(WireError, match=r"^places: "):
        decode_health(json.dumps({**told, "places": "2"}).encode())
    with pytest.raises(WireError):
        decode_health(b"[]")


@pytest.mark.parametrize("token", ["", "short", "x" * 31, "x" * 32 + " ", "é" * 40, "x" * 40 + "\n", "x\0" * 30])
def test_a_token_that_is_short_or_strange_is_none(token: str) -> None:
    with pytest.raises(ValueError, match=r"^token: ") as caught:
        checked_token(token)
    assert not token or token not in str(caught.value)


def test_a_type_without_a_place_in_json_is_a_programming_error() -> None:
    with pytest.raises(TypeError):
        wire.decode(complex, b"1")
