"""Unit tests in languages whose tests share a process with the code they test."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import Attack

_LIMITS = {"cpu_ms": 20_000, "wall_ms": 60_000, "memory_mb": 512, "processes": 64}
_FAILS = "wrong_answer runtime_error compile_error"
_WHY = "a trick that ends the tests or does not compile is an error of the program, one that leaves them running is a wrong answer"
_C_TESTS = '#include "check.h"\nint doubled(int n);\nTEST(doubles) { CHECK_INT(doubled(21), 42); }\nTEST(more) { CHECK_INT(doubled(4), 8); }\n'
_JAVA_TESTS = (
    "import static org.junit.jupiter.api.Assertions.*;\nimport org.junit.jupiter.api.*;\n"
    "class WorkTest { @Test void doubles() { assertEquals(42, Work.doubled(21)); } @Test void more() { assertEquals(8, Work.doubled(4)); } }\n"
)
_NODE_TESTS = (
    'import test from "node:test";\nimport assert from "node:assert/strict";\nimport { doubled } from "./work.js";\n'
    'test("doubles", () => assert.equal(doubled(21), 42));\ntest("more", () => assert.equal(doubled(4), 8));\n'
)

# Reads the numbers of its open files from its own command line, the token from one, and answers on the other.
_READS_TOKEN = (
    "#define _GNU_SOURCE\n#include <fcntl.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n"
    'static void forge(void) { char line[4096], token[64] = {0}; int f = open("/proc/self/cmdline", O_RDONLY); int n = read(f, line, 4095); if (n < 0) n = 0; line[n] = 0; char *p[8] = {0}; int k = 0;\n'
    '  for (char *c = line; c < line + n && k < 8; c += strlen(c) + 1) p[k++] = c; if (k < 4) return; int t = pread(atoi(p[k - 2]), token, 63, 0); if (t <= 0) return; token[strcspn(token, "\\n")] = 0;\n'
    '  dprintf(atoi(p[k - 1]), "%s {\\"name\\": \\"%s\\", \\"status\\": \\"pass\\", \\"ms\\": 0, \\"message\\": \\"\\"}\\n", token, p[1]); _exit(0); }\n'
)

_IS_WRITE = (
    "#define _GNU_SOURCE\n#include <string.h>\n#include <sys/syscall.h>\n#include <unistd.h>\n"
    'ssize_t write(int f, const void *b, size_t n) { char *p = (char *)memmem((void *)b, n, "\\"fail\\"", 6); if (p) memcpy(p, "\\"pass\\"", 6); return syscall(SYS_write, f, b, n); }\n'
    "void _exit(int c) { syscall(SYS_exit_group, 0); for (;;) ; }\n"
)
_LAX_CHECKS = "#undef CHECK_INT\n#define CHECK_INT(got, expected) (void)(got)\n"

_TRICKS = {
    "c: exits before main": (
        "c",
        "#include <unistd.h>\n__attribute__((constructor)) static void f(void) { _exit(0); }\nint doubled(int n) { return 0; }\n",
    ),
    "c: reads the token before main": (
        "c",
        _READS_TOKEN
        + "__attribute__((constructor)) static void f(void) { forge(); }\nint doubled(int n) { return 0; }\n",
    ),
    "c: reads the token in a test": ("c", _READS_TOKEN + "int doubled(int n) { forge(); return 0; }\n"),
    "c: reads the token while it is loaded": (
        "c",
        _READS_TOKEN
        + 'static int zero(int n) { return 0; }\nstatic void *chosen(void) { forge(); return zero; }\nint doubled(int n) __attribute__((ifunc("chosen")));\n',
    ),
    "c: reads the token before all constructors": (
        "c",
        _READS_TOKEN
        + '__attribute__((section(".preinit_array"), used)) static void (*early)(void) = forge;\nint doubled(int n) { return 0; }\n',
    ),
    "c: reads the token when the loader takes memory": (
        "c",
        _READS_TOKEN + "void *calloc(size_t n, size_t m) { forge(); return 0; }\nint doubled(int n) { return 0; }\n",
    ),
    "cpp: reads the token before main": (
        "cpp",
        _READS_TOKEN + "struct A { A() { forge(); } } a;\nint doubled(int n) { return 0; }\n",
    ),
    "cpp: reads the token before all constructors": (
        "cpp",
        _READS_TOKEN
        + '__attribute__((section(".preinit_array"), used)) static void (*early)() = forge;\nint doubled(int n) { return 0; }\n',
    ),
    "c: takes the place of write": ("c", _IS_WRITE + "int doubled(int n) { return 0; }\n"),
    "cpp: takes the place of write": (
        "cpp",
        'extern "C" {\n' + _IS_WRITE + "}\nint doubled(int n) { return 0; }\n",
    ),
    "c: takes the place of strcmp": (
        "c",
        'int strcmp(const char *a, const char *b) { return 0; }\nint doubled(int n) { return n * 2; }\nconst char *word(void) { return "bad"; }\n',
    ),
    "cpp: takes the place of memcmp below the library": (
        "cpp",
        '#include <string>\nextern "C" int memcmp(const void *a, const void *b, std::size_t n) { return 0; }\nint doubled(int n) { return n * 2; }\nstd::string word() { return "bad."; }\n',
    ),
    "c: takes a hand in printf": (
        "c",
        "#include <printf.h>\n#include <stdio.h>\n#include <unistd.h>\n"
        'static int shown(FILE *f, const struct printf_info *i, const void *const *a) { const char *s = *(const char **)a[0]; if (s[0] == \'f\' && s[1] == \'a\') s = "pass"; int n = fprintf(f, "%c", s[0]); for (const char *c = s + 1; *c; c++) n += fprintf(f, "%c", *c); return n; }\n'
        "static int sizes(const struct printf_info *i, size_t n, int *t, int *s) { if (n > 0) t[0] = PA_STRING; return 1; }\n"
        "static void end(void) { _exit(0); }\nint fflush(FILE *f) { end(); return 0; }\nint doubled(int n) { register_printf_specifier('s', shown, sizes); return 0; }\n",
    ),
    "c: hands in tests of its own": (
        "c",
        '#include "check.h"\nTEST(doubles) { }\nTEST(more) { }\nint doubled(int n) { return 0; }\n',
    ),
    "c: hands in a check.h": ("c", "int doubled(int n) { return 0; }\n"),
    "c: hands in a header of the library": ("c", "int doubled(int n) { return 0; }\n"),
    "c: takes the place of the comparison": (
        "c",
        "int check_failed() { return 0; }\nvoid check_register(void *p) { }\nint doubled(int n) { return 0; }\n",
    ),
    "c: goes back over the test": (
        "c",
        "#include <setjmp.h>\n#include <stdlib.h>\n#include <signal.h>\nint doubled(int n) { raise(SIGALRM); exit(0); }\n",
    ),
    "cpp: exits before main": (
        "cpp",
        "#include <unistd.h>\nstruct A { A() { _exit(0); } } a;\nint doubled(int n) { return 0; }\n",
    ),
    "java: exits": (
        "java",
        "class Work { static { Runtime.getRuntime().halt(0); } static int doubled(int n) { return 0; } }\n",
    ),
    "java: looks into the examiner": (
        "java",
        'import java.lang.reflect.*;\nclass Work { static { try { for (Field f : Class.forName("Examiner").getDeclaredFields()) { f.setAccessible(true); Object v = Modifier.isStatic(f.getModifiers()) ? f.get(null) : null;'
        ' if (v instanceof String s && s.length() >= 16) System.out.println("ESCAPED " + f.getName()); if (v instanceof java.io.OutputStream o) { o.close(); System.out.println("ESCAPED " + f.getName()); } } } catch (Exception e) { } }'
        " static int doubled(int n) { return 0; } }\n",
    ),
    "java: takes the place of the assertions": (
        "java",
        "class Work { static int doubled(int n) { return 0; } }\n",
    ),
    "javascript: exits": ("javascript", "export function doubled(n) { process.exit(0); }\n"),
    "javascript: answers on every file": (
        "javascript",
        'import fs from \'node:fs\';\nexport function doubled(n) { for (let fd = 3; fd < 100; fd++) try { fs.writeSync(fd, \'{"name": "doubles", "status": "pass"}\\n\'); } catch { } process.exit(0); }\n',
    ),
    "javascript: equals everything": (
        "javascript",
        "export function doubled(n) { return new Proxy({}, { get: () => () => 42 }); }\n",
    ),
    "javascript: changes the numbers": (
        "javascript",
        "Object.is = () => true;\nNumber.prototype.valueOf = () => 42;\nexport function doubled(n) { return 0; }\n",
    ),
}
_FILES = {"c": ("work.c", "work_test.c", _C_TESTS), "cpp": ("work.cpp", "work_test.cpp", _C_TESTS), "java": ("Work.java", "WorkTest.java", _JAVA_TESTS), "javascript": ("work.js", "work.test.js", _NODE_TESTS)}  # fmt: skip
_SHADOW = {"org/junit/jupiter/api/Assertions.java": "package org.junit.jupiter.api;\npublic class Assertions { public static void assertEquals(Object a, Object b) { } public static void assertEquals(int a, int b) { } }\n", "Examiner.java": "public class Examiner { public static void main(String[] a) { } }\n"}  # fmt: skip
_WORDS = {
    "c: takes the place of strcmp": '#include "check.h"\nconst char *word(void);\nTEST(says) { CHECK_STRING(word(), "good"); }\n',
    "cpp: takes the place of memcmp below the library": '#include "check.h"\n#include <string>\nstd::string word();\nTEST(says) { std::string is = word(); CHECK(is.compare("good") == 0); }\n',
}
_BESIDE = {
    "java: takes the place of the assertions": _SHADOW,
    "c: hands in a check.h": {"check.h": '#include "/opt/judge/sandbox/harness/runner/check.h"\n' + _LAX_CHECKS},
    "c: hands in a header of the library": {"math.h": "#include_next <math.h>\n#define if(condition) if (0)\n"},
}

ATTACKS = [
    Attack(
        name=f"unit tests of {name}",
        language=language,
        entry=_FILES[language][0],
        source=source,
        files=_BESIDE.get(name, {}),
        tests={_FILES[language][1]: _WORDS.get(name, _FILES[language][2])},
        expect=_FAILS,
        why=_WHY,
        rows=(43, 44),
        covers=("exit from inside a test",) if "exit" in name else ("a fake verdict to the harness's channel",),
        limits=_LIMITS,
    )
    for name, (language, source) in _TRICKS.items()
]
