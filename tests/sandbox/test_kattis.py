"""Problem packages: what is read out of one, and what is refused."""

from __future__ import annotations

import pytest

from sandbox.checkers import check_request
from sandbox.kattis import read_problem
from sandbox.scoring import Plan
from sandbox.types import Group, Limits, Verdict

SMALL = {
    "problem.yaml": b"name: Sum\n",
    "data/sample/1.in": b"1 2\n",
    "data/sample/1.ans": b"3\n",
    "data/secret/big.in": b"4 5\n",
    "data/secret/big.ans": b"9\n",
}
SCORED = {
    **SMALL,
    "problem.yaml": b"name: Sum\ntype: scoring\n",
    "data/testdata.yaml": b"on_reject: continue\nrange: 0 100\ngrader_flags: ignore_sample\n",
    "data/secret/a/1.in": b"1",
    "data/secret/a/1.ans": b"1",
    "data/secret/a/2.in": b"1",
    "data/secret/a/2.ans": b"1",
    "data/secret/a/testdata.yaml": b"accept_score: 30\ngrader_flags: min\n",
    "data/secret/b/1.in": b"1",
    "data/secret/b/1.ans": b"1",
    "data/secret/b/testdata.yaml": b"accept_score: 70\ngrader_flags: min\nrequire_pass: [secret/a]\n",
}


class TestProblem:
    def test_samples_are_public_and_everything_else_is_hidden(self) -> None:
        problem = read_problem(SMALL)
        assert [(case.name, case.stdin, case.expected, case.hidden) for case in problem.cases] == [
            ("sample/1", "1 2\n", "3\n", False),
            ("secret/big", "4 5\n", "9\n", True),
        ]
        assert (problem.name, problem.groups, problem.stop_at_first_failure) == ("Sum", (), True)

    def test_the_default_validator_compares_words_without_regard_to_case(self) -> None:
        request = read_problem(SMALL).request("python", {"main.py": b""}, "main.py")
        assert (request.checker, request.ignore_case) == ("tokens", True)
        check_request(request)

    @pytest.mark.parametrize(
        ("flags", "checker", "absolute", "relative", "ignore_case"),
        [
            ("float_tolerance 1e-4", "floats", 1e-4, 1e-4, True),
            ("case_sensitive float_relative_tolerance 1E-6", "floats", None, 1e-6, False),
            ("float_absolute_tolerance 0.5", "floats", 0.5, None, True),
            ("space_change_sensitive case_sensitive", "exact", None, None, False),
        ],
    )
    def test_the_flags_of_the_default_validator(
        self, flags: str, checker: str, absolute: float | None, relative: float | None, ignore_case: bool
    ) -> None:
        old = {**SMALL, "problem.yaml": f"validator_flags: '{flags}'\n".encode()}
        new = {**SMALL, "data/testdata.yaml": f"output_validator_flags: {flags}\n".encode()}
        for package in (old, new):
            how = read_problem(package).validation
            assert (how.checker, how.absolute, how.relative, how.ignore_case) == (
                checker,
                absolute,
                relative,
                ignore_case,
            )

    def test_a_validator_of_its_own_takes_its_flags_along(self) -> None:
        validator = {
            "output_validators/check/validate.cc": b"int main() { return 42; }",
            "output_validators/check/validate.h": b"",
            "output_validators/check/aa.cc": b"int helper() { return domain(); }",
        }
        custom = {**SMALL, "problem.yaml": b"validation: custom\nvalidator_flags: strict 5\n", **validator}
        request = read_problem(custom).request("python", {"main.py": b""}, "main.py")
        assert request.checker_program is not None
        assert request.checker == "program"
        assert (request.checker_program.language, request.checker_program.entry) == ("cpp", "validate.cpp")
        assert request.checker_program.args == ("strict", "5")
        assert set(request.checker_program.files) == {"validate.cpp", "validate.h", "aa.cpp"}
        check_request(request)

    @pytest.mark.parametrize("kind", ["validation: custom interactive", "type: interactive", "type: [interactive]"])
    def test_an_interactive_problem_needs_no_answers_and_its_talks_are_no_cases(self, kind: str) -> None:
        package = {
            "problem.yaml": f"name: {{en: Guess, sv: Gissa}}\n{kind}\n".encode(),
            "data/sample/1.interaction": b"<1\n",
            "data/secret/1.in": b"7\n",
            "output_validator/talk.py": b"print(1)",
        }
        problem = read_problem(package)
        request = problem.request("c", {"main.c": b""}, "main.c")
        assert problem.name == "Guess"
        assert [case.name for case in request.cases] == ["secret/1"]
        assert request.interactor is not None
        assert request.interactor.entry == "talk.py"
        assert request.checker_program is None
        check_request(request)

    def test_groups_that_need_all_their_cases_and_each_other(self) -> None:
        problem = read_problem(SCORED)
        assert problem.groups == (Group("secret/a", 30.0), Group("secret/b", 70.0, ("secret/a",)))
        assert [(case.name, case.group, case.weight) for case in problem.cases] == [
            ("sample/1", "", 0.0),
            ("secret/a/1", "secret/a", 1.0),
            ("secret/a/2", "secret/a", 1.0),
            ("secret/b/1", "secret/b", 1.0),
            ("secret/big", "", 1.0),
        ]
        assert not problem.stop_at_first_failure
        Plan(problem.request("python", {"main.py": b""}, "main.py"))

    def test_cases_that_each_give_points(self) -> None:
        package = {**SCORED, "data/secret/a/testdata.yaml": b"accept_score: 15\ngrader_flags: sum\n"}
        package["data/secret/b/testdata.yaml"] = b"accept_score: 70\n"
        problem = read_problem(package)
        assert problem.groups == ()
        assert [case.weight for case in problem.cases] == [0.0, 15.0, 15.0, 70.0, 1.0]

    @pytest.mark.parametrize(
        ("name", "text", "cpu_ms", "memory_mb"),
        [
            ("problem.yaml", "limits:\n  time_limit: 1.5\n  memory: 512\n", 1500, 512),
            ("problem.yaml", "limits:\n  memory: 1e6\n", 2000, 2048),
            (".timelimit", "5\n", 5000, 256),
            ("domjudge-problem.ini", "timelimit='3'\n", 3000, 256),
            ("domjudge-problem.ini", "color=red\n", 2000, 256),
        ],
    )
    def test_limits_are_the_package_s_as_far_as_the_judge_goes(
        self, name: str, text: str, cpu_ms: int, memory_mb: int
    ) -> None:
        limits = read_problem({**SMALL, name: text.encode()}).limits
        assert (limits.cpu_ms, limits.memory_mb) == (cpu_ms, memory_mb)
        assert read_problem(SMALL, Limits(cpu_ms=700)).limits.cpu_ms == 700

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"problem.yaml": b"validation: custom multi-pass"}, "several passes"),
            ({"problem.yaml": b"validation: custom"}, "output validator"),
            ({"problem.yaml": b"validator_flags: be_nice"}, "be_nice"),
            ({"problem.yaml": b"validator_flags: float_tolerance"}, "float_tolerance"),
            ({"problem.yaml": b"validator_flags: float_tolerance 1 space_change_sensitive"}, "together"),
            ({"problem.yaml": b"limits: {time_limit: -1}"}, "time_limit"),
            ({"problem.yaml": b"limits: {time_limit: .nan}"}, "time_limit"),
            ({"problem.yaml": b"name: *x"}, "line 1"),
            ({"problem.yaml": b"\xff"}, "UTF-8"),
            ({"data/secret/1.in": b""}, "1.ans is missing"),
            ({"data/secret/big.in": b"\xff"}, "UTF-8"),
            (
                {
                    "data/secret/testdata.yaml": b"output_validator_flags: a",
                    "data/testdata.yaml": b"output_validator_flags: b",
                },
                "differ",
            ),
            ({"submissions.json": b"[" * 100_000}, "submissions.json"),
            (
                {"problem.yaml": b"type: scoring", "data/secret/testdata.yaml": b"grader_flags: max"},
                "graded",
            ),
            (
                {
                    "problem.yaml": b"validation: custom",
                    "output_validators/x/validate.hs": b"",
                },
                "language",
            ),
            (
                {
                    "problem.yaml": b"validation: custom",
                    "output_validators/x/v.py": b"",
                    "output_validators/y/v.py": b"",
                },
                "there are 2",
            ),
        ],
    )
    def test_what_cannot_be_judged_is_refused_with_the_reason(self, change: dict[str, bytes], words: str) -> None:
        with pytest.raises(ValueError, match=rf"^package: .*{words}"):
            read_problem({**SMALL, **change})

    def test_a_package_without_test_data_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no test data"):
            read_problem({"problem.yaml": b"name: x"})


class TestSubmissions:
    def test_the_folder_announces_the_verdict_and_a_header_says_more(self) -> None:
        found = {
            each.name: each
            for each in read_problem(
                {
                    **SMALL,
                    "submissions/README.md": b"",
                    "submissions/accepted/a.cc": b"int main() {}",
                    "submissions/accepted/b.py": b"#!/usr/bin/env python2\n",
                    "submissions/accepted/c.hs": b"",
                    "submissions/accepted/d.c": b"// @EXPECTED_RESULTS@: RUN-ERROR, TIMELIMIT \n",
                    "submissions/accepted/e.c": b"@EXPECTED_RESULTS@: CORRECT\n@EXPECTED_RESULTS@: NO-OUTPUT\n",
                    "submissions/run_time_error/f.py": b"",
                    "submissions/time_limit_exceeded/g.java": b"class A {}\n  public class Slow { }",
                    "submissions/wrong_answer/l-m.java": b"class A {}\nclass B { static void main(String[] a) {} }",
                    "submissions/partially_accepted/h.js": b"",
                    "submissions/slow_accepted/k.py": b"",
                    "submissions/mixed/i.sh": b"",
                    "submissions/mixed/j.c": b"@EXPECTED_RESULTS@: CHECK-MANUALLY",
                }
            ).submissions
        }
        crash = {Verdict.RUNTIME_ERROR, Verdict.MEMORY_LIMIT, Verdict.SECURITY_VIOLATION}
        slow = {Verdict.TIME_LIMIT, Verdict.WALL_LIMIT}
        assert {name: each.expected for name, each in found.items() if name != "partially_accepted/h.js"} == {
            "accepted/a.cc": {Verdict.ACCEPTED},
            "accepted/b.py": {Verdict.ACCEPTED},
            "accepted/c.hs": {Verdict.ACCEPTED},
            "accepted/d.c": crash | slow,
            "accepted/e.c": set(),
            "run_time_error/f.py": crash,
            "time_limit_exceeded/g.java": slow,
            "slow_accepted/k.py": slow | {Verdict.ACCEPTED},
            "wrong_answer/l-m.java": {Verdict.WRONG_ANSWER, Verdict.PRESENTATION_ERROR},
            "mixed/i.sh": set(),
            "mixed/j.c": set(),
        }
        assert {name: each.language for name, each in found.items()} == {
            "accepted/a.cc": "cpp",
            "accepted/b.py": "",
            "accepted/c.hs": "",
            "accepted/d.c": "c",
            "accepted/e.c": "c",
            "run_time_error/f.py": "python",
            "time_limit_exceeded/g.java": "java",
            "partially_accepted/h.js": "javascript",
            "slow_accepted/k.py": "python",
            "wrong_answer/l-m.java": "java",
            "mixed/i.sh": "bash",
            "mixed/j.c": "c",
        }
        assert found["partially_accepted/h.js"].partial
        assert Verdict.ACCEPTED not in found["partially_accepted/h.js"].expected
        assert found["accepted/a.cc"].entry == "a.cpp"
        assert found["time_limit_exceeded/g.java"].entry == "Slow.java"
        assert found["wrong_answer/l-m.java"].entry == "B.java"

    def test_of_several_files_the_one_that_starts_is_found(self) -> None:
        found = {
            each.name: each
            for each in read_problem(
                {
                    **SMALL,
                    "submissions.json": b'{"submissions/accepted/said/": {"entry_point": "zz.py"}, "x": 3}',
                    "submissions/accepted/said/aa.py": b"",
                    "submissions/accepted/said/zz.py": b"",
                    "submissions/accepted/named/aa.py": b"",
                    "submissions/accepted/named/main.py": b"",
                    "submissions/accepted/starts/a.cc": b"int domain();",
                    "submissions/accepted/starts/b.cc": b"int main (void) {}",
                    "submissions/accepted/java/A.java": b"class A {}",
                    "submissions/accepted/java/B.java": b"class B { public static void main(String[] a) {} }",
                    "submissions/accepted/packages/A.java": b"package a.b;\nclass A { static void main() {} }",
                    "submissions/accepted/packages/B.java": b"package c ;\nclass B { static void main() {} }",
                    "submissions/accepted/mixed/note.txt": b"",
                    "submissions/accepted/mixed/run.sh": b"",
                }
            ).submissions
        }
        assert {each.name.rpartition("/")[2]: each.entry for each in found.values()} == {
            "said": "zz.py",
            "named": "main.py",
            "starts": "b.cpp",
            "java": "B.java",
            "packages": "a/b/A.java",
            "mixed": "run.sh",
        }
