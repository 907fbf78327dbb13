"""The document that learners' pages are written into: the same for everybody, and shut in by its own policy."""

import pytest
from fastapi.testclient import TestClient

from lms_app.api.app import api


@pytest.fixture
def answer():
    return TestClient(api).get("/api/preview", headers={"cookie": "lms_session=somebody"})


def test_its_policy_leaves_no_origin_and_no_network(answer):
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["sandbox"] == "allow-scripts allow-forms"
    assert policy["frame-ancestors"] == "'self'"
    for name in ("default-src", "connect-src", "frame-src", "worker-src", "base-uri", "form-action"):
        assert policy[name] == "'none'"
    assert not [part for part in policy.values() if "http" in part or "*" in part or "eval" in part]
    assert "'self'" not in "".join(value for name, value in policy.items() if name != "frame-ancestors")


def test_it_holds_nothing_of_anybody_and_sets_nothing(answer):
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert "somebody" not in answer.text
    assert answer.text == TestClient(api).get("/api/preview").text
