"""The judge of a process is the one that the settings name, with as many places as it has."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from sandbox import Judge
from sandbox.backends.remote import RemoteJudge
from services.coding import machine
from services.platform.config import settings
from services.platform.errors import LimitReached, Unavailable

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def fresh(sqlite, monkeypatch):
    def forget():
        machine.close()
        machine._judge.cache_clear()
        machine.places.cache_clear()
        settings.cache_clear()

    forget()
    yield
    forget()


def choose(monkeypatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name.upper(), value)
    settings.cache_clear()


def test_bubblewrap_keeps_compiled_programs_in_the_data_folder(monkeypatch, tmp_path):
    choose(monkeypatch, sandbox_backend="bubblewrap", sandbox_slots="3")
    assert isinstance(machine.judge(), Judge)
    assert machine.slots() == 3
    assert (tmp_path / "compiled").is_dir()


def test_no_place_for_compiled_programs_is_no_reason_not_to_judge(monkeypatch, tmp_path):
    (tmp_path / "compiled").write_text("a file where the folder would be")
    choose(monkeypatch, sandbox_backend="bubblewrap")
    assert isinstance(machine.judge(), Judge)


@pytest.mark.parametrize("backend", ["auto", "remote"])
def test_judge_servers_are_used_where_there_are_some(monkeypatch, backend):
    servers = "http://127.0.0.1:9,http://127.0.0.1:10"
    choose(monkeypatch, sandbox_backend=backend, sandbox_urls=servers, sandbox_token=TOKEN)
    assert isinstance(machine.judge(), RemoteJudge)


def test_as_many_programs_run_at_once_as_the_judge_servers_have_places(monkeypatch):
    choose(monkeypatch, sandbox_urls="http://127.0.0.1:9", sandbox_token=TOKEN)
    assert machine.slots() == 1, "no server is well, and one may come back"
    monkeypatch.setattr(RemoteJudge, "places", lambda _self: 40)
    assert machine.slots() == 40
    place = machine.places().place
    with place("a"), place("a"), pytest.raises(LimitReached), place("a"):
        pass


def test_a_language_without_its_tools_is_unavailable_and_says_so_in_the_judges_words(monkeypatch):
    choose(monkeypatch, sandbox_backend="bubblewrap")
    monkeypatch.setattr(Judge, "language_problem", lambda _self, name: f"gcc is not there for {name}.")
    if not machine.judge().probe().works:
        pytest.skip("no cage works here")
    with pytest.raises(Unavailable) as refused:
        machine.require_language("c")
    assert (refused.value.message, str(refused.value.__cause__)) == (machine.NO_LANGUAGE, "gcc is not there for c.")
    works = {view.name: view.works for view in machine.languages()}
    assert works == {name: name == "python" for name in works}
    assert {"c", "javascript", "sql", "python"} <= works.keys()


def test_threads_that_come_first_together_get_one_judge(monkeypatch):
    choose(monkeypatch, sandbox_backend="bubblewrap")
    threads = 8
    together = Barrier(threads)

    def ask(_number: int) -> int:
        together.wait()
        return id(machine.judge())

    with ThreadPoolExecutor(threads) as pool:
        assert len(set(pool.map(ask, range(threads)))) == 1
