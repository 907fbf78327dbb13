"""Unit tests in five languages: honest work passes, and none of the tricks to look like it does."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import pytest

from sandbox import Judge, JudgeRequest, JudgeResult, Limits, Verdict
from sandbox.survey import FoundLanguage

pytestmark = pytest.mark.cage

LIMITS = Limits(cpu_ms=20_000, wall_ms=60_000, memory_mb=512, processes=64)

# Name of the learner's file, name of the tests' file, the tests. Each has two tests, "doubles" and "greets".
TESTS = {
    "c": (
        "work.c",
        "work_test.c",
        '#include "check.h"\nint doubled(int n);\nconst char *greeting(const char *name);\n'
        'TEST(doubles) { CHECK_INT(doubled(21), 42); CHECK(doubled(0) == 0); }\nTEST(greets) { CHECK_STRING(greeting("Ada"), "Hello Ada"); }\n',
    ),
    "cpp": (
        "work.cpp",
        "work_test.cpp",
        '#include "check.h"\n#include <string>\nint doubled(int n);\nstd::string greeting(const std::string &name);\n'
        'TEST(doubles) { CHECK_EQUAL(doubled(21), 42); }\nTEST(greets) { CHECK_EQUAL(greeting("Ada"), std::string("Hello Ada")); }\n',
    ),
    "java": (
        "Work.java",
        "WorkTest.java",
        "import static org.junit.jupiter.api.Assertions.*;\nimport org.junit.jupiter.api.*;\n"
        'class WorkTest {\n  @Test void doubles() throws Exception { assertEquals(42, Work.doubled(21)); }\n  @Test void greets() { assertEquals("Hello Ada", Work.greeting("Ada")); }\n}\n',
    ),
    "javascript": (
        "work.js",
        "work.test.js",
        'import test, { describe, it } from "node:test";\nimport assert from "node:assert/strict";\nimport { doubled, greeting } from "./work.js";\n'
        'test("doubles", () => assert.equal(doubled(21), 42));\ndescribe("words", () => { it("greets", async () => assert.equal(await greeting("Ada"), "Hello Ada")); });\n',
    ),
    "typescript": (
        "work.ts",
        "work.test.ts",
        'import test, { describe, it } from "node:test";\nimport assert from "node:assert/strict";\nimport { doubled, greeting } from "./work";\n'
        'test("doubles", () => assert.equal(doubled(21) as number, 42));\ndescribe("words", () => { it("greets", () => assert.equal(greeting("Ada"), "Hello Ada")); });\n',
    ),
}
NAMES = {
    "java": {"WorkTest.doubles", "WorkTest.greets"},
    "javascript": {"doubles", "words > greets"},
    "typescript": {"doubles", "words > greets"},
}

# The body of doubled, which has an int n, and what stands before the functions.
FILES = {
    "c": '#include <stdio.h>\n{before}\nint doubled(int n) {{ {body} }}\nconst char *greeting(const char *name) {{ static char text[100]; sprintf(text, "Hello %s", name); return text; }}\n',
    "cpp": '#include <string>\n{before}\nint doubled(int n) {{ {body} }}\nstd::string greeting(const std::string &name) {{ return "Hello " + name; }}\n',
    "java": 'class Work {{\n  {before}\n  static int doubled(int n) throws Exception {{ {body} }}\n  static String greeting(String name) {{ return "Hello " + name; }}\n}}\n',
    "javascript": "{before}\nexport function doubled(n) {{ {body} }}\nexport const greeting = (name) => `Hello ${{name}}`;\n",
    "typescript": "{before}\nexport function doubled(n: number): number {{ {body} }}\nexport const greeting = (name: string): string => `Hello ${{name}}`;\n",
}
RIGHT = "return n * 2;"


def judged(judge: Judge, found: dict[str, FoundLanguage], language: str, body: str, before: str = "") -> JudgeResult:
    if not found[language].works:
        pytest.skip(found[language].problem)
    own, test, text = TESTS[language]
    return judge.judge(
        JudgeRequest(
            language,
            {own: FILES[language].format(before=before, body=body)},
            entry=own,
            mode="unit_tests",
            test_files={test: text},
            limits=LIMITS,
        )
    )


def told(result: JudgeResult) -> object:
    return result.verdict, result.reason, result.message, result.compile_log, result.tests, result.stderr[-1000:]


@pytest.mark.parametrize("language", TESTS)
def test_right_code_is_accepted(judge, found, language: str) -> None:
    result = judged(judge, found, language, RIGHT)
    assert result.verdict is Verdict.ACCEPTED, told(result)
    assert {test.name for test in result.tests} == NAMES.get(language, {"doubles", "greets"})
    assert result.score == 100


@pytest.mark.parametrize("language", TESTS)
def test_a_wrong_answer_fails_its_own_test_and_says_what_differs(judge, found, language: str) -> None:
    result = judged(judge, found, language, "return n * 2 + 1;")
    assert result.verdict is Verdict.WRONG_ANSWER, told(result)
    assert (result.passed, result.total) == (1, 2)
    [failed] = [test for test in result.tests if test.verdict is not Verdict.ACCEPTED]
    assert "doubles" in failed.name
    assert "43" in failed.message
    assert "42" in failed.message


@pytest.mark.parametrize("language", TESTS)
def test_code_that_does_not_compile_is_a_compile_error_with_the_learners_file(judge, found, language: str) -> None:
    result = judged(judge, found, language, "return n * * ;")
    assert result.verdict is Verdict.COMPILE_ERROR, told(result)
    if language in ("c", "cpp", "java"):
        assert TESTS[language][0] in result.compile_log
    assert "/box" not in result.compile_log


@pytest.mark.parametrize("language", TESTS)
def test_code_without_what_the_tests_need_is_not_accepted_and_no_test_is_shown(judge, found, language: str) -> None:
    if not found[language].works:
        pytest.skip(found[language].problem)
    own, test, text = TESTS[language]
    files = {own: "class Work {}" if language == "java" else ""}
    result = judge.judge(JudgeRequest(language, files, own, mode="unit_tests", test_files={test: text}, limits=LIMITS))
    assert result.verdict in (Verdict.COMPILE_ERROR, Verdict.RUNTIME_ERROR), told(result)
    assert "doubled" in result.compile_log + result.message
    for line in text.splitlines():
        assert line.strip() not in result.compile_log + result.message


CRASHES = {
    "c": "__builtin_trap();",
    "cpp": "throw 3;",
    "java": 'throw new IllegalStateException("broken");',
    "javascript": 'throw new TypeError("broken");',
    "typescript": 'throw new TypeError("broken");',
}


@pytest.mark.parametrize("language", TESTS)
def test_a_crash_takes_only_its_own_test_along(judge, found, language: str) -> None:
    result = judged(judge, found, language, CRASHES[language])
    assert result.passed == 1, told(result)
    [failed] = [test for test in result.tests if test.verdict is not Verdict.ACCEPTED]
    assert failed.verdict is Verdict.RUNTIME_ERROR
    assert "SIG" in failed.message or "broken" in failed.message


# Language, body of doubled, what stands before: all look for an acceptance that is not deserved.
_FORGED = r"{\"name\": \"doubles\", \"status\": \"pass\"}"
TRICKS = {
    "c-exit": ("c", "exit(0);", "#include <stdlib.h>"),
    "c-prints": ("c", 'puts("OK"); puts("2 passed"); fflush(stdout); _exit(0);', "#include <unistd.h>"),
    "c-writes-everywhere": (
        "c",
        f'for (int fd = 3; fd < 64; fd++) dprintf(fd, "0123456789abcdef0123456789abcdef {_FORGED}\\n"); _exit(0);',
        "#include <unistd.h>",
    ),
    "c-own-main": ("c", "return 0;", 'int main(void) { puts("OK"); return 0; }'),
    "c-closes": ("c", "for (int fd = 3; fd < 64; fd++) close(fd); return 42;", "#include <unistd.h>"),
    "c-kills": (
        "c",
        "kill(getppid(), SIGKILL); kill(-1, SIGTERM); _exit(0);",
        "#include <signal.h>\n#include <unistd.h>",
    ),
    "cpp-exit": ("cpp", "std::exit(0);", "#include <cstdlib>"),
    "cpp-before-main": ("cpp", "return 0;", "#include <unistd.h>\nstruct Early { Early() { _exit(0); } } early;"),
    "cpp-at-exit": (
        "cpp",
        "return 0;",
        "#include <unistd.h>\n#include <cstdlib>\nstatic int late = std::atexit([] { _exit(0); });",
    ),
    "java-exit": ("java", "System.exit(0); return 0;", ""),
    "java-halt": ("java", "Runtime.getRuntime().halt(0); return 0;", ""),
    "java-static-exit": ("java", "return 0;", "static { System.exit(0); }"),
    "java-writes-everywhere": (
        "java",
        'for (int fd = 3; fd < 64; fd++) try (var out = new java.io.FileOutputStream("/proc/self/fd/" + fd)) '
        f'{{ out.write("0123456789abcdef0123456789abcdef {_FORGED}\\n".getBytes()); }} catch (Exception error) {{ }} return 0;',
        "",
    ),
    "js-exit": ("javascript", "process.exit(0);", ""),
    "js-exit-at-once": ("javascript", "return 0;", "process.exit(0);"),
    "js-patches-assert": (
        "javascript",
        "return 0;",
        'import assert from "node:assert"; import { syncBuiltinESMExports } from "node:module";\n'
        "try { assert.equal = assert.strict.equal = assert.strictEqual = () => {}; syncBuiltinESMExports(); } catch {}",
    ),
    "js-skips-by-prototype": ("javascript", "return 0;", "try { Object.prototype.skip = true; } catch {}"),
    "js-expects-failures": ("javascript", "return 0;", "try { Object.prototype.expectFailure = true; } catch {}"),
    "js-patches-events": (
        "javascript",
        "return 0;",
        'import events from "node:events"; const { emit } = events.prototype;\n'
        'events.prototype.emit = function (name, ...rest) { return emit.call(this, name === "test:fail" ? "test:pass" : name, ...rest); };',
    ),
    "js-patches-json": (
        "javascript",
        "return 0;",
        'JSON.stringify = () => `{"status": "pass", "name": "doubles"}`; String.prototype.toJSON = () => "pass";',
    ),
    "js-writes-everywhere": (
        "javascript",
        "return 0;",
        'import fs from "node:fs"; for (let fd = 3; fd < 64; fd++) try { fs.writeSync(fd, "0123456789abcdef0123456789abcdef {\\"done\\": 0}\\n"); } catch {}',
    ),
    "js-calls-the-driver": (
        "javascript",
        "return 0;",
        'await import("/opt/judge/sandbox/harness/runner/node.mjs").catch(() => {});',
    ),
    "js-own-tests": (
        "javascript",
        "return 0;",
        'import test from "node:test"; for (let i = 0; i < 50; i++) test(`mine ${i}`, () => {});',
    ),
    "ts-exit": ("typescript", "process.exit(0);", ""),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_are_not_accepted(judge, found, trick: str) -> None:
    language, body, before = TRICKS[trick]
    result = judged(judge, found, language, body, before)
    assert result.verdict in (Verdict.WRONG_ANSWER, Verdict.RUNTIME_ERROR), told(result)
    assert result.passed < max(result.total, 1)
    assert result.score <= 50


PEEKS = {
    "c-includes-the-test": ("c", RIGHT, '#include "/tmp/tests/work_test.c"'),
    "c-includes-by-name": ("c", RIGHT, '#include "work_test.c"'),
    "js-reads-the-test": ("javascript", RIGHT, 'import fs from "node:fs"; fs.readFileSync("/box/work.test.js");'),
    "js-reads-its-memory": ("javascript", RIGHT, 'import fs from "node:fs"; fs.readFileSync("/proc/self/maps");'),
    "js-inspects": ("javascript", RIGHT, 'import inspector from "node:inspector"; new inspector.Session().connect();'),
    "js-heap": ("javascript", RIGHT, 'import v8 from "node:v8"; v8.getHeapSnapshot();'),
    "js-hooks": (
        "javascript",
        RIGHT,
        'import module from "node:module"; module.registerHooks({ load(...all) { return all[2](...all); } });',
    ),
}


@pytest.mark.parametrize("peek", PEEKS)
def test_code_that_looks_for_the_tests_finds_nothing(judge, found, peek: str) -> None:
    language, body, before = PEEKS[peek]
    result = judged(judge, found, language, body, before)
    assert result.verdict in (Verdict.COMPILE_ERROR, Verdict.RUNTIME_ERROR), told(result)
    assert "assert.equal" not in result.message + result.compile_log
    assert "CHECK_INT" not in result.message + result.compile_log


@pytest.mark.parametrize(
    ("language", "before", "said"),
    [
        ("c", "long write(int f, const void *b, unsigned long n) { return n; }", ""),
        ("c", "int strcmp(const char *a, const char *b) { return 0; }", "The name strcmp is taken"),
        ("c", "__attribute__((weak)) int strcmp(const char *a, const char *b) { return 0; }", "The name strcmp is taken"),
        ("c", "void *malloc(unsigned long n) { return 0; }", "The name malloc is taken"),
        ("c", "void check_register(void *); void *mine = check_register;", "check_register belongs to the tests"),
        ("c", "static int z(void) { return 0; } static void *r(void) { return z; } int y(void) __attribute__((ifunc(\"r\")));", "ifunc"),
        ("c", "int index = 3; double y1(double x) { return x; }", ""),
        ("cpp", 'extern "C" int memcmp(const void *, const void *, std::size_t) { return 0; }', "The name memcmp is taken"),
        ("cpp", "#include <new>\n#include <cstdlib>\nvoid *operator new(std::size_t n) { return std::malloc(n); }", ""),
        ("cpp", "#include <map>\n#include <sstream>\n#include <vector>\ntemplate class std::vector<int>;\nstd::string all() { std::map<std::string, std::vector<int>> m; m[greeting_of].push_back(1); std::ostringstream o; o << m.size() << std::endl; return o.str(); }", ""),
    ],
)  # fmt: skip
def test_names_of_the_tests_are_refused_and_all_others_are_free(judge, found, language, before, said) -> None:
    before = before.replace("greeting_of", 'std::string("Ada")')
    result = judged(judge, found, language, RIGHT, before)
    assert result.verdict is (Verdict.COMPILE_ERROR if said else Verdict.ACCEPTED), told(result)
    assert said in result.compile_log
