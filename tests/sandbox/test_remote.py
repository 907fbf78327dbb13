"""Judging on other machines: load spread, and machines killed, stopped and hung in the middle of jobs."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from remote_judges import begun, job, remote
from scripted_server import TOKEN, ScriptedJudge, port_of, scripted_machine, serving, wait_for

from sandbox import Case, JudgeRequest, RunRequest, RunResult, Verdict
from sandbox.backends.remote import RemoteJudge
from sandbox.serve import Bounds


def test_a_job_goes_out_and_its_result_comes_back() -> None:
    with serving(ScriptedJudge()) as server, remote(server.url) as judge:
        assert judge.probe().works
        assert judge.probe().memory == "cgroup1"
        assert judge.languages() == {"python"}
        assert judge.places() == 2
        result = judge.run(job(say="hé"))
        assert (result.verdict, result.stdout, result.exit_code, result.time_ms) == (Verdict.ACCEPTED, "hé", 0, 3)
        judged = judge.judge(JudgeRequest("python", {"main.py": ""}, cases=[Case("a", "", "1", hidden=True)]))
        assert (judged.verdict, judged.passed, judged.tests[0].hidden) == (Verdict.ACCEPTED, 1, True)


def test_a_wrong_request_is_wrong_there_as_it_is_here() -> None:
    with serving(ScriptedJudge(), Bounds(places=2, body_bytes=10_000)) as server, remote(server.url) as judge:
        with pytest.raises(ValueError, match=r"^entry: 'x' is not among the files$"):
            judge.run(job(refuse=True))
        with pytest.raises(ValueError, match=r"^request: A request may have at most "):
            judge.run(job(say="x" * 20_000))
        with pytest.raises(ValueError, match=r"^language: "):
            judge.run(RunRequest("cobol", {"main": ""}, "main"))
        with pytest.raises(ValueError, match=r"^request: "):
            judge.judge(JudgeRequest("python", {"main.py": ""}, float_tolerance=float("nan")))
        assert judge.run(job()).verdict is Verdict.ACCEPTED


def slow_request(*seconds: float) -> JudgeRequest:
    cases = [Case(f"c{at}", json.dumps({"sleep": each}), "", hidden=at > 0) for at, each in enumerate(seconds)]
    return JudgeRequest("python", {"main.py": ""}, cases=cases)


def test_a_long_submission_says_how_far_it_is_and_a_quick_one_nothing() -> None:
    told: list[tuple[int, int]] = []
    with serving(ScriptedJudge()) as server, remote(server.url) as judge:
        quick = judge.judge(slow_request(0, 0, 0), lambda *at: told.append(at))
        assert (quick.verdict, told) == (Verdict.ACCEPTED, [])
        result = judge.judge(slow_request(0.5, 0, 0, 0.4, 0), lambda *at: told.append(at))
        # The third and the fourth begin at once after the second: nobody could read that.
        assert told == [(1, 5), (4, 5)]
        assert (result.verdict, len(result.tests)) == (Verdict.ACCEPTED, 5)
        assert judge.judge(slow_request(0.5, 0)).verdict is Verdict.ACCEPTED, "who does not ask is not told"


def test_a_server_that_dies_between_two_words_has_lost_the_job(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with scripted_machine(tmp_path / "log") as machine, remote(machine.url, patience_seconds=0.5) as judge:

        def word(done: int, total: int) -> None:
            told.append((done, total))
            machine.kill()

        result = judge.judge(slow_request(0.6, 5), word)
    assert (told, result.verdict, result.reason) == ([(1, 2)], Verdict.INTERNAL_ERROR, "lost")


def test_jobs_go_where_places_are_free(tmp_path: Path) -> None:
    logs = [tmp_path / "a", tmp_path / "b"]
    with contextlib.ExitStack() as stack:
        four = stack.enter_context(scripted_machine(logs[0]))
        two = stack.enter_context(serving(ScriptedJudge(logs[1]), Bounds(places=2, line=40)))
        judge = stack.enter_context(remote(four.url, two.url))
        wait_for(lambda: sum("is well" in note for note in judge.probe().notes) == 2)
        with ThreadPoolExecutor(6) as threads:
            results = list(threads.map(judge.run, [job(f"j{n}.py", sleep=0.5) for n in range(6)]))
    assert all(result.verdict is Verdict.ACCEPTED for result in results)
    # Six jobs at once fill the four places and the two, and no job began twice.
    assert [begun(log).total() for log in logs] == [4, 2]
    assert set(begun(*logs).values()) == {1}


def test_a_machine_killed_in_the_middle_of_jobs_loses_none(tmp_path: Path) -> None:
    logs = [tmp_path / "a", tmp_path / "b"]
    with scripted_machine(logs[0]) as one, scripted_machine(logs[1]) as two, remote(one.url, two.url) as judge:
        wait_for(lambda: sum("is well" in note for note in judge.probe().notes) == 2)
        names = [f"j{n}.py" for n in range(24)]
        with ThreadPoolExecutor(24) as threads:
            futures = [threads.submit(judge.run, job(name, sleep=0.3)) for name in names]
            wait_for(lambda: begun(logs[0]).total() >= 4 and begun(logs[1]).total() >= 4)
            one.kill()
            results = [future.result(timeout=60) for future in futures]
    assert [result.stdout for result in results] == names, "each call got the verdict of its own job"
    assert all(result.verdict is Verdict.ACCEPTED for result in results)
    both = begun(*logs)
    assert set(both) == set(names)
    assert max(both.values()) <= 2, "run again once, and no more"
    again = {name for name, times in both.items() if times == 2}
    assert again, "the kill hit jobs that were running"
    assert again <= set(begun(logs[0])), "what was run again had been on the machine that was killed"
    assert max(begun(logs[1]).values()) == 1


def test_a_machine_that_comes_back_is_used_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with scripted_machine(log) as first, remote(first.url, patience_seconds=0.5) as judge:
        assert judge.run(job("one.py")).verdict is Verdict.ACCEPTED
        port = port_of(first.url)
        first.kill()
        result = judge.run(job("two.py"))
        assert (result.verdict, result.reason) == (Verdict.INTERNAL_ERROR, "no_backend")
        assert result.message.startswith("No judge server is well. http://127.0.0.1:")
        assert not judge.probe().works
        with scripted_machine(log, port):
            wait_for(lambda: judge.probe().works)
            assert judge.run(job("three.py")).stdout == "three.py"
    assert begun(log) == Counter(["one.py", "three.py"])


def test_the_only_machine_is_killed_and_restarted_in_the_middle_of_a_job(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(scripted_machine(log))
        judge = stack.enter_context(remote(first.url, patience_seconds=20))
        future = stack.enter_context(ThreadPoolExecutor(1)).submit(judge.run, job("long.py", sleep=1))
        wait_for(lambda: begun(log).total() == 1)
        first.kill()
        with scripted_machine(log, port_of(first.url)):
            assert future.result(timeout=60).stdout == "long.py"
    assert begun(log) == Counter({"long.py": 2})


def test_a_job_that_takes_two_machines_down_gets_no_third(tmp_path: Path) -> None:
    logs = [tmp_path / name for name in "abc"]
    with contextlib.ExitStack() as stack:
        machines = [stack.enter_context(scripted_machine(log)) for log in logs]
        judge = stack.enter_context(remote(*[machine.url for machine in machines]))
        wait_for(lambda: sum("is well" in note for note in judge.probe().notes) == 3)
        future = stack.enter_context(ThreadPoolExecutor(1)).submit(judge.run, job("bomb.py", sleep=60))
        for round_ in (1, 2):
            wait_for(lambda round_=round_: begun(*logs).total() == round_)
            for log, machine in zip(logs, machines, strict=True):
                if begun(log) and machine.process.poll() is None:
                    machine.kill()
        result = future.result(timeout=30)
    assert (result.verdict, result.reason) == (Verdict.INTERNAL_ERROR, "lost")
    assert sorted(begun(log).total() for log in logs) == [0, 1, 1]


def test_a_machine_that_hangs_loses_its_jobs_to_another(tmp_path: Path) -> None:
    """Stopped, not killed: its connections stay open and silent."""
    logs = [tmp_path / "a", tmp_path / "b"]
    with scripted_machine(logs[0]) as one, remote(one.url) as judge, ThreadPoolExecutor(1) as threads:
        assert judge.probe().works
        with scripted_machine(logs[1]) as two, remote(one.url, two.url) as both:
            wait_for(lambda: sum("is well" in note for note in both.probe().notes) == 2)
            future = threads.submit(both.run, job("hang.py", sleep=3))
            wait_for(lambda: begun(*logs).total() == 1)
            hung, other = (one, logs[1]) if begun(logs[0]) else (two, logs[0])
            hung.process.send_signal(signal.SIGSTOP)
            try:
                assert future.result(timeout=30).stdout == "hang.py"
            finally:
                hung.process.send_signal(signal.SIGCONT)
            assert begun(other) == Counter(["hang.py"])


def test_an_orderly_stop_of_one_machine_is_not_seen_by_those_who_send_jobs() -> None:
    with contextlib.ExitStack() as stack:
        stays = stack.enter_context(serving(ScriptedJudge()))
        stops = stack.enter_context(serving(ScriptedJudge(), Bounds(places=2, line=20, grace_seconds=0.2)))
        judge = stack.enter_context(remote(stays.url, stops.url))
        wait_for(lambda: sum("is well" in note for note in judge.probe().notes) == 2)
        threads = stack.enter_context(ThreadPoolExecutor(8))
        futures = [threads.submit(judge.run, job(f"j{n}.py", sleep=0.4)) for n in range(8)]
        time.sleep(0.2)
        stops.stop()
        results = [future.result(timeout=60) for future in futures]
    assert [(result.verdict, result.stdout) for result in results] == [(Verdict.ACCEPTED, f"j{n}.py") for n in range(8)]


@pytest.mark.parametrize("reason", ["lost", "no_cage"])
def test_what_a_machine_could_not_run_is_run_elsewhere_once(tmp_path: Path, reason: str) -> None:
    logs = [tmp_path / "a", tmp_path / "b"]
    with contextlib.ExitStack() as stack:
        # By free places alone the job would go back to the first.
        bounds = [Bounds(places=8), Bounds(places=1)]
        servers = [
            stack.enter_context(serving(ScriptedJudge(log), bound)) for log, bound in zip(logs, bounds, strict=True)
        ]
        judge = stack.enter_context(remote(*[server.url for server in servers]))
        wait_for(lambda: sum("is well" in note for note in judge.probe().notes) == 2)
        result = judge.run(job("x.py", reason=reason))
    assert (result.verdict, result.reason, result.message) == (Verdict.INTERNAL_ERROR, reason, "so it was asked")
    assert [begun(log).total() for log in logs] == [1, 1]


def test_an_internal_error_of_the_tests_is_not_run_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(ScriptedJudge(log)) as server, remote(server.url) as judge:
        assert judge.run(job("x.py", reason="checker")).reason == "checker"
    assert begun(log).total() == 1


def test_a_full_machine_is_waited_for_and_then_it_is_busy() -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(serving(ScriptedJudge(), Bounds(places=1, line=1)))
        other = stack.enter_context(remote(server.url, wait_seconds=0.5))
        judge = stack.enter_context(remote(server.url))
        assert other.probe().works
        threads = stack.enter_context(ThreadPoolExecutor(4))
        futures = [threads.submit(judge.run, job(sleep=0.8)) for _ in range(4)]
        wait_for(lambda: "0 of 1 places free" in other.probe().notes[0])
        wait_for(lambda: other.run(job()).reason == "busy")
        assert [future.result(timeout=30).verdict for future in futures] == [Verdict.ACCEPTED] * 4


def test_close_ends_what_is_on_its_way_as_lost() -> None:
    with serving(ScriptedJudge(), Bounds(places=2, grace_seconds=0.1)) as server, remote(server.url) as judge:
        with ThreadPoolExecutor(1) as threads:
            future = threads.submit(judge.run, job(sleep=60))
            wait_for(lambda: "1 of 2 places free" in judge.probe().notes[0])
            began = time.monotonic()
            judge.close()
            result = future.result(timeout=30)
        assert (result.verdict, result.reason) == (Verdict.INTERNAL_ERROR, "lost")
        assert judge.run(job()).reason == "lost"
        assert time.monotonic() - began < 10


def test_nothing_is_asked_before_the_first_job() -> None:
    threads = threading.active_count()
    judge = RemoteJudge(["http://127.0.0.1:1"], TOKEN)
    assert threading.active_count() == threads
    judge.close()
    assert isinstance(judge.run(job()), RunResult)
