"""`python -m sandbox`, as its users call it: as a process, by its output and exit code."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_server import TOKEN, ScriptedJudge, machine, serving, wait_for

from sandbox import Case, Judge, JudgeRequest, RunRequest, Verdict
from sandbox.backends.remote import RemoteJudge
from sandbox.backends.remote_servers import Pace

ROOT = Path(__file__).parents[2]
RESULT_FIELDS = {"verdict", "tests", "score", "compile_output", "time_ms", "wall_ms", "memory_kb"}
TEST_FIELDS = {"name", "verdict", "points", "time_ms", "memory_kb", "stdout", "stderr", "diff", "public"}


def sandbox(*arguments: str, stdin: str = "", cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**bare, "PYTHONPATH": str(ROOT), **environment},
        check=False,
        timeout=120,
    )


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "solution.py"
    path.write_text("print(int(input()) ** 2)\n")
    return path


@pytest.fixture
def server() -> Iterator[str]:
    """Judges what its scripts say, so that the command line can be tried where there is no cage."""
    with serving(ScriptedJudge()) as server:
        yield server.url


def test_help_comes_at_once_and_names_every_command() -> None:
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        said = sandbox("--help")
        seconds.append(time.monotonic() - began)
    assert said.returncode == 0
    assert {"run", "judge", "doctor", "serve", "images"} <= set(said.stdout.split())
    assert min(seconds) < 1
    assert "SANDBOX_TOKEN" in sandbox("serve", "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["fly"], "fly"),
        (["run"], "FILE"),
        (["run", "nowhere.py"], "nowhere.py: No such file or directory"),
        (["run", "--language", "cobol", "{program}"], "language: 'cobol' is not one of"),
        (["run", "--cpu", "-1", "{program}"], "cpu_ms: must be between"),
        (["run", "--cpu", "nan", "{program}"], "cpu_ms: must be a whole number"),
        (["run", "--cpu", "1e99", "{program}"], "cpu_ms: must be between"),
        (["run", "--memory", "much", "{program}"], "memory_mb: 'much' is not a number"),
        (["run", "--memory", "64.5", "{program}"], "memory_mb: must be a whole number"),
        (["run", "--stdin", "nowhere.txt", "{program}"], "nowhere.txt: No such file or directory"),
        (["run", "--backend", "none", "{program}"], "--backend"),
        (["run", "--backend", "remote", "{program}"], "urls: at least one judge server is needed"),
        (["run", "{program}", "{program}"], "there is another file of this name"),
        (["run", "{folder}/x.unknown"], "--language: which one of"),
        (["judge", "{program}"], "--cases"),
        (["judge", "--cases", "{folder}", "{program}"], "there is no NAME.in"),
        (["serve"], "token: none is given"),
        (["serve", "--token-file", "nowhere"], "nowhere: No such file or directory"),
        (["serve", "--token-file", "{program}"], "token: at least 32 characters"),
        (["serve", "--backend", "remote"], "--backend"),
        (["doctor", "--backend", "auto"], "--backend"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    program = tmp_path / "s.py"
    program.write_text("print(1)")
    (tmp_path / "x.unknown").write_text("")
    done = sandbox(*[word.format(program=program, folder=tmp_path) for word in arguments])
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_setting_of_the_environment_that_is_wrong_is_named(program: Path) -> None:
    for environment, said in (
        ({"SANDBOX_BACKEND": "magic"}, "backend: 'magic' is not one of"),
        ({"SANDBOX_URLS": "ftp://x", "SANDBOX_TOKEN": TOKEN}, "urls: 'ftp://x' is not like"),
        ({"SANDBOX_URLS": "http://127.0.0.1:1"}, "token: at least 32 characters"),
    ):
        done = sandbox("run", str(program), **environment)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_run_on_a_judge_server(program: Path, server: str) -> None:
    environment = {"SANDBOX_URLS": server, "SANDBOX_TOKEN": TOKEN}
    done = sandbox("run", "--stdin", "-", str(program), stdin='{"say": "\\u001b[2Jhello\\n"}', **environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "verdict  accepted"
    assert done.stdout.endswith("stdout:\n\N{REPLACEMENT CHARACTER}[2Jhello\n"), "it does nothing to the terminal"

    done = sandbox("run", "--backend", "remote", "--json", str(program), **environment)
    told = json.loads(done.stdout)
    assert set(told) >= RESULT_FIELDS
    assert set(told["tests"][0]) == TEST_FIELDS
    assert told["tests"][0]["stdout"] == "solution.py"
    assert (told["exit_code"], told["signal"]) == (0, None)

    done = sandbox("run", "--stdin", "-", str(program), stdin='{"reason": "checker"}', **environment)
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        3,
        "verdict  internal_error (checker): so it was asked",
    )
    done = sandbox("run", "--stdin", "-", str(program), stdin='{"refuse": true}', **environment)
    assert (done.returncode, done.stderr) == (2, "python -m sandbox: entry: 'x' is not among the files\n")


def test_doctor_looks_at_judge_servers_and_its_exit_code_tells(server: str) -> None:
    done = sandbox("doctor", "--backend", "remote", "--json", SANDBOX_URLS=server, SANDBOX_TOKEN=TOKEN)
    told = json.loads(done.stdout)
    assert (done.returncode, told["works"], [b["name"] for b in told["backends"]]) == (0, True, ["remote"])
    assert {language["name"]: language["works"] for language in told["backends"][0]["languages"]}["python"]

    done = sandbox("doctor", "--backend", "remote", "--json", SANDBOX_URLS=server, SANDBOX_TOKEN="wrong" * 10)
    told = json.loads(done.stdout)
    assert (done.returncode, told["works"]) == (3, False)
    assert "does not accept the token" in told["backends"][0]["problem"]

    done = sandbox("doctor", "--backend", "remote")
    assert (done.returncode, done.stdout) == (3, "remote: SANDBOX_URLS names no judge server.\n")


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    done = sandbox("doctor", "--backend", "docker", "--docker-url", f"unix://{tmp_path}/none.sock")
    assert done.returncode == 3
    assert done.stdout.startswith("docker: ")
    assert "Traceback" not in done.stderr


def test_images_says_which_there_are(tmp_path: Path) -> None:
    done = sandbox("images", "build", "cobol")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("python -m sandbox: There is no image 'cobol'; there are ")
    done = sandbox("images", "build", "--docker-url", f"unix://{tmp_path}/none.sock")
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1), done.stderr


def test_output_that_nobody_reads_ends_quietly(program: Path, server: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "run", str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "SANDBOX_URLS": server, "SANDBOX_TOKEN": TOKEN},
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


def test_the_package_prints_nothing_and_starts_nothing_on_import() -> None:
    code = "import sandbox, sys, threading; print(threading.active_count(), 'docker' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert (done.stdout, done.stderr) == ("1 False\n", "")


@pytest.mark.cage
class TestInACage:
    """The same with real programs."""

    @pytest.fixture(autouse=True)
    def _cage(self, judge: Judge) -> None:
        """Skips where there is no cage."""

    def test_run(self, program: Path, tmp_path: Path) -> None:
        (tmp_path / "in.txt").write_text("12\n")
        done = sandbox("run", "--language", "python", "--stdin", f"{tmp_path}/in.txt", str(program))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("verdict  accepted\nexit     0\ntime     ")
        assert done.stdout.endswith("stdout:\n144\n")

    def test_run_with_limits_and_more_files(self, tmp_path: Path) -> None:
        (tmp_path / "lib").mkdir()
        (tmp_path / "lib" / "helper.py").write_text("def spin():\n    while True: pass\n")
        (tmp_path / "main.py").write_text("from lib.helper import spin\nimport sys\nprint(sys.argv[1])\nspin()\n")
        files = [str(tmp_path / "main.py"), str(tmp_path / "lib" / "helper.py")]
        done = sandbox("run", "--cpu", "0.2", "--memory", "64", "--json", "--arg", "hi", *files)
        told = json.loads(done.stdout)
        assert (done.returncode, told["verdict"], told["reason"]) == (1, "time_limit", "cpu")
        assert 200 <= told["time_ms"] < 2000

    @pytest.mark.parametrize(
        ("end", "exit_code", "signal_name"),
        [("sys.exit(3)", 3, None), ("os.kill(os.getpid(), signal.SIGSEGV)", None, "SIGSEGV")],
    )
    def test_run_tells_how_the_program_ended(
        self, tmp_path: Path, end: str, exit_code: int | None, signal_name: str | None
    ) -> None:
        (tmp_path / "main.py").write_text(f"import os, signal, sys\n{end}\n")
        done = sandbox("run", "--json", str(tmp_path / "main.py"))
        told = json.loads(done.stdout)
        assert (done.returncode, told["verdict"]) == (1, "runtime_error")
        assert (told["exit_code"], told["signal"]) == (exit_code, signal_name)

    def test_judge_by_cases(self, program: Path, tmp_path: Path) -> None:
        cases = tmp_path / "cases" / "secret"
        cases.mkdir(parents=True)
        for name, text, answer in (("2", "3", "9"), ("10", "4", "16"), ("11", "5", "26")):
            (cases / f"{name}.in").write_text(text)
            (cases / f"{name}.ans").write_text(answer)
        done = sandbox("judge", "--cases", str(tmp_path / "cases"), "--json", str(program))
        told = json.loads(done.stdout)
        assert (done.returncode, told["verdict"]) == (1, "wrong_answer")
        assert [(test["name"], test["verdict"]) for test in told["tests"]] == [
            ("secret/2", "accepted"),
            ("secret/10", "accepted"),
            ("secret/11", "wrong_answer"),
        ]
        done = sandbox("judge", "--cases", str(tmp_path / "cases"), str(program))
        assert "score    66.67 (2 of 3 tests passed)" in done.stdout
        assert "first failure: secret/11\ninput:\n5\nexpected:\n26\nprinted:\n25\n" in done.stdout

    def test_judge_by_unit_tests(self, tmp_path: Path) -> None:
        (tmp_path / "bob.py").write_text("def two(): return 2\n")
        (tmp_path / "bob_test.py").write_text(
            "import unittest\nfrom bob import two\n"
            "class T(unittest.TestCase):\n    def test_two(self): self.assertEqual(two(), 2)\n"
        )
        done = sandbox("judge", "--unit-tests", str(tmp_path / "bob_test.py"), str(tmp_path / "bob.py"))
        assert (done.returncode, "1 of 1 tests passed" in done.stdout) == (0, True), done.stdout + done.stderr

    def test_doctor(self) -> None:
        done = sandbox("doctor", "--backend", "bubblewrap", "--json")
        (found,) = json.loads(done.stdout)["backends"]
        assert (done.returncode, found["works"]) == (0, True)
        python = next(language for language in found["languages"] if language["name"] == "python")
        assert python["works"]
        assert python["version"].startswith("Python 3.")
        for language in found["languages"]:
            assert language["works"] or language["problem"]


@contextlib.contextmanager
def real_machine(*options: str) -> Iterator[object]:
    """`python -m sandbox serve` on a free port."""
    with machine("-m", "sandbox", "serve", "--port", "0", *options, SANDBOX_TOKEN=TOKEN) as real:
        yield real


def below(pid: int) -> set[tuple[int, str]]:
    """All processes under one, each with its time of birth, since numbers are given again."""
    parents: dict[int, list[tuple[int, str]]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = path.read_text().rpartition(") ")[2].split()
            parents.setdefault(int(words[1]), []).append((int(path.parent.name), words[19]))
    found: set[tuple[int, str]] = set()
    left = [pid]
    while left:
        children = parents.get(left.pop(), [])
        found.update(children)
        left += [number for number, _ in children]
    return found


def gone(processes: set[tuple[int, str]]) -> bool:
    """Whether all of them have ended."""
    for number, born in processes:
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{number}/stat").read_text().rpartition(") ")[2].split()
            if words[19] == born and words[0] != "Z":
                return False
    return True


@pytest.mark.cage
class TestServing:
    """Real servers, real programs, and servers that are killed."""

    @pytest.fixture(autouse=True)
    def _cage(self, judge: Judge) -> None:
        """Skips where there is no cage."""

    def test_programs_run_there_and_a_stop_leaves_nothing(self) -> None:
        with real_machine("--slots", "2") as real:
            judge = RemoteJudge([real.url], TOKEN)
            result = judge.run(RunRequest("python", {"main.py": "print(input()[::-1])"}, "main.py", stdin="abc"))
            assert (result.verdict, result.stdout) == (Verdict.ACCEPTED, "cba\n")
            cases = [Case("a", "2", "4"), Case("b", "3", "9", hidden=True)]
            judged = judge.judge(JudgeRequest("python", {"main.py": "print(int(input())**2)"}, cases=cases))
            assert (judged.verdict, judged.passed, judged.score) == (Verdict.ACCEPTED, 2, 100.0)
            with pytest.raises(ValueError, match=r"^entry: "):
                judge.run(RunRequest("python", {"main.py": ""}, "other.py"))
            judge.close()
            cells = below(real.process.pid)
            assert cells
            real.process.send_signal(signal.SIGTERM)
            assert real.process.wait(timeout=30) == 0
        wait_for(lambda: gone(cells))

    def test_a_server_killed_in_the_middle_of_jobs_loses_none(self) -> None:
        """Every job ends once, with the right verdict, though the machine it ran on is gone."""
        with contextlib.ExitStack() as stack:
            machines = [stack.enter_context(real_machine("--slots", "2", "--line", "40")) for _ in range(2)]
            pace = Pace(interval_seconds=0.2, answer_seconds=3)
            judge = RemoteJudge([real.url for real in machines], TOKEN, pace=pace, wait_seconds=60)
            stack.callback(judge.close)
            wait_for(lambda: sum("is well" in note for note in judge.probe().notes) == 2)
            source = "import time\ntime.sleep(0.3)\nprint(int(input()) * 7)"
            ended: dict[int, list[object]] = {number: [] for number in range(16)}

            def job(number: int) -> None:
                cases = [Case("one", str(number), str(number * 7)), Case("two", "1", "7" if number % 2 else "8")]
                result = judge.judge(JudgeRequest("python", {"main.py": source}, cases=cases))
                ended[number].append((result.verdict, result.passed))

            threads = [threading.Thread(target=job, args=(number,)) for number in ended]
            for thread in threads:
                thread.start()
            wait_for(lambda: any(ended.values()))
            cells = below(machines[0].process.pid)
            assert cells
            machines[0].kill()
            for thread in threads:
                thread.join(timeout=90)
            assert ended == {
                number: [(Verdict.ACCEPTED, 2) if number % 2 else (Verdict.WRONG_ANSWER, 1)] for number in ended
            }
            wait_for(lambda: gone(cells))

    def test_sigterm_in_the_middle_of_a_long_job_ends_in_time(self) -> None:
        with real_machine("--slots", "1", "--grace", "0.5") as real:
            judge = RemoteJudge([real.url], TOKEN, patience_seconds=1)
            results = []
            request = RunRequest("python", {"main.py": "import time; time.sleep(6)"}, "main.py")
            job = threading.Thread(target=lambda: results.append(judge.run(request)))
            job.start()
            wait_for(lambda: "0 of 1 places free" in judge.probe().notes[0])
            real.process.send_signal(signal.SIGTERM)
            assert real.process.wait(timeout=5.5) == 0
            job.join(timeout=30)
            judge.close()
        assert results[0].verdict is Verdict.INTERNAL_ERROR
        assert results[0].reason in ("lost", "no_backend")

    def test_the_token_is_not_in_what_the_server_shows(self, tmp_path: Path) -> None:
        """Not to the programs it runs, not on its command line."""
        file = tmp_path / "token"
        file.write_text(f"{TOKEN}\n")
        with machine("-m", "sandbox", "serve", "--port", "0", "--token-file", str(file)) as real:
            assert TOKEN not in Path(f"/proc/{real.process.pid}/cmdline").read_text()
            source = (
                "import glob, os\nprint(dict(os.environ))\n"
                "for name in glob.glob('/proc/*/environ'):\n    print(open(name).read())"
            )
            judge = RemoteJudge([real.url], TOKEN)
            result = judge.run(RunRequest("python", {"main.py": source}, "main.py"))
            judge.close()
        assert result.stdout
        assert TOKEN not in result.stdout + result.stderr
