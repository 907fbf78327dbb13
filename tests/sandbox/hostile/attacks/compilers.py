"""Programs that attack while they are compiled, and what a compiler may read."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import ROOMY, Attack

_TEMPLATES = "template <int N, int M> struct X { static const long v = X<N - 1, 2 * M>::v + X<N - 1, 2 * M + 1>::v; };\ntemplate <int M> struct X<0, M> { static const long v = M; };\nint main() { return X<24, 0>::v; }\n"
_WHERE = "a compiler that is ended for its limits has not compiled; a limit that only the run meets counts too"
_SECRETS = "/etc/passwd", "/etc/shadow", "@SECRET@", "../answer", "/proc/1/environ", "/proc/self/environ", "@VICTIM@"

ATTACKS = [
    Attack(
        name="an array of all memory in C",
        language="c",
        source="int main[-1u] = {1};\n",
        expect="compile_error",
        rows=(48,),
        covers=("huge compile",),
        limits=ROOMY,
    ),
    Attack(
        name="a file of a gigabyte from one line",
        language="c",
        source="char a[1 << 30] = {1};\nint main(void) { return 0; }\n",
        expect="compile_error",
        rows=(48,),
        covers=("huge compile",),
        limits=ROOMY,
    ),
    Attack(
        name="templates without end",
        language="cpp",
        source="template <int N> struct X { static const int v = X<N + 1>::v; };\nint main() { return X<0>::v; }\n",
        expect="compile_error",
        rows=(48,),
        covers=("huge compile (templates)",),
        limits=ROOMY,
    ),
    Attack(
        name="templates in two to the power",
        language="cpp",
        source=_TEMPLATES,
        expect="compile_error",
        rows=(48,),
        covers=("huge compile (templates)",),
        limits=ROOMY,
        within=40,
    ),
    Attack(
        name="computed while compiling",
        language="cpp",
        source='constexpr unsigned long f(unsigned long n) { return n < 2 ? n : f(n - 1) + f(n - 2); }\nstatic_assert(f(60) > 0, "");\nint main() { constexpr auto x = f(70); return x; }\n',
        expect="compile_error",
        rows=(48,),
        covers=("huge compile",),
        limits=ROOMY,
        within=40,
    ),
    Attack(
        name="includes /dev/zero",
        language="c",
        source='#include "/dev/zero"\nint main(void) { return 0; }\n',
        expect="compile_error",
        rows=(48,),
        covers=("include of /dev/zero",),
        limits=ROOMY,
        within=40,
    ),
    Attack(
        name="includes /dev/urandom",
        language="c",
        source='#include "/dev/urandom"\nint main(void) { return 0; }\n',
        expect="compile_error",
        rows=(48,),
        covers=("include of /dev/zero",),
        limits=ROOMY,
        within=40,
    ),
    Attack(
        name="includes itself",
        language="c",
        source='#include "main.c"\nint main(void) { return 0; }\n',
        expect="compile_error",
        rows=(48,),
        limits=ROOMY,
    ),
    Attack(
        name="includes its input and its terminal",
        language="c",
        source='#include "/dev/stdin"\n#include "/dev/tty"\nint main(void) { return 0; }\n',
        stdin=b"#error canary",
        expect="compile_error",
        rows=(48,),
        limits=ROOMY,
    ),
    Attack(
        name="macros in two to the power",
        language="c",
        source="#define A(x) x x x x x x x x x x\n"
        + "".join(f"#define {b}(x) {a}({a}(x))\n" for a, b in zip("ABCDE", "BCDEF", strict=True))
        + "int main(void) { F(;) return 0; }\n",
        expect="compile_error",
        rows=(48,),
        covers=("huge compile",),
        limits=ROOMY,
        within=40,
    ),
    Attack(
        name="an assembler that repeats",
        language="c",
        source='__asm__(".rept 2000000000\\n.byte 1\\n.endr");\nint main(void) { return 0; }\n',
        expect="compile_error",
        rows=(48,),
        covers=("huge compile",),
        limits=ROOMY,
        within=40,
    ),
    Attack(
        name="an assembler that fills",
        language="c",
        source='__asm__(".fill 0x7fffffff, 8, 1");\nint main(void) { return 0; }\n',
        expect="compile_error",
        rows=(48,),
        covers=("huge compile",),
        limits=ROOMY,
        within=40,
    ),
    *(
        Attack(
            name=f"includes {path}",
            language="c",
            source=f'#include "{path}"\nint main(void) {{ return 0; }}\n',
            expect="compile_error" if path != "/proc/self/environ" else "compile_error accepted",
            why="a file of the kernel without a length is empty to a compiler",
            rows=(49,),
            covers=("include of secret files",),
            limits=ROOMY,
        )
        for path in _SECRETS
    ),
    Attack(
        name="embeds secret files by the assembler",
        language="c",
        source='__asm__("x: .incbin \\"@SECRET@\\"\\n y: .incbin \\"/etc/shadow\\"\\n .include \\"/proc/1/environ\\"");\nint main(void) { return 0; }\n',
        expect="compile_error",
        rows=(49,),
        covers=("include of secret files",),
        limits=ROOMY,
    ),
    Attack(
        name="embeds the environment of the compiler",
        language="c",
        source='#include <stdio.h>\n__asm__("x: .incbin \\"/proc/self/environ\\"\\ny: .incbin \\"/proc/1/environ\\"\\n .byte 0\\nz: .byte 0\\n");\nextern char x[], z[];\nint main(void) { fwrite(x, 1, z - x, stdout); return 0; }\n',
        expect="compile_error accepted",
        why="the compiler's own environment in the cell is no secret; it holds nothing of the application",
        rows=(27, 49),
        covers=("include of secret files", "/proc/1/environ"),
        limits=ROOMY,
    ),
    Attack(
        name="asks which files there are",
        language="c",
        source='#if __has_include("@SECRET@") || __has_include("/etc/shadow_") || __has_include("@REPOSITORY@/pyproject.toml")\n#error ESCAPED sees them\n#endif\nint main(void) { return 0; }\n',
        expect="accepted",
        stdout="",
        rows=(49,),
        covers=("include of secret files",),
        limits=ROOMY,
    ),
    Attack(
        name="errors without end",
        language="c",
        source='#define E(n) n n n n n n n n n n\n#define F(n) E(E(E(n)))\nint main(void) { F(F(undeclared("x"; })) }\n#include __FILE__\n',
        expect="compile_error",
        rows=(50,),
        limits=ROOMY,
        flat_memory=True,
        within=40,
    ),
    Attack(
        name="messages without end",
        language="cpp",
        source='template <int N> struct X { [[deprecated("'
        + "x" * 2000
        + '")]] static int f() { return X<N - 1>::f(); } };\ntemplate <> struct X<0> { static int f() { return undeclared; } };\nint main() { return X<800>::f(); }\n',
        expect="compile_error",
        rows=(50,),
        limits=ROOMY,
        flat_memory=True,
        within=40,
    ),
    Attack(
        name="object code instead of a text",
        language="c",
        source="",
        files={"main.c": b"\x7fELF\x02\x01\x01" + b"\0" * 500},
        expect="compile_error",
        rows=(51,),
        limits=ROOMY,
    ),
    Attack(
        name="files named like what is made and what is included",
        language="c",
        source='#include <stdio.h>\nint main(void) { puts("made"); return 0; }\n',
        files=dict.fromkeys(
            ("main", "a.out", "program", "main.o", "prog", "cc1", "ld", "as", "specs", "collect2"),
            "#!/bin/sh\necho ESCAPED\n",
        ),
        expect="accepted compile_error",
        why="a file in the place of the program is written over or is in the way",
        rows=(51,),
        limits=ROOMY,
    ),
    Attack(
        name="options in the text",
        language="c",
        source='#pragma GCC optimize ("-fplugin=/box/x.so", "-wrapper", "/bin/sh")\n#pragma GCC plugin "/box/x.so"\n__attribute__((section(".init_array"))) int x;\nint main(void) { return 0; }\n',
        expect="accepted compile_error runtime_error",
        why="unknown options are warned of, refused or of no effect, as the compiler's version has it",
        rows=(49,),
        limits=ROOMY,
    ),
    Attack(
        name="runs when it is loaded",
        language="c",
        source='#include <stdio.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void f(void) { puts("9"); fflush(stdout); _Exit(0); }\nint main(void) { return 1; }\n',
        cases=(("3", "9"), ("4", "16")),
        expect="wrong_answer",
        rows=(43,),
        limits=ROOMY,
    ),
    Attack(
        name="a processor of annotations in Java",
        language="java",
        source='public class Main { public static void main(String[] a) { System.out.println("plain"); } }\n',
        files={
            "META-INF_services": "Evil\n",
            "Evil.java": (
                'import javax.annotation.processing.*;\nimport java.util.*;\nimport javax.lang.model.element.TypeElement;\n@SupportedAnnotationTypes("*")\npublic class Evil extends AbstractProcessor {'
                ' static { System.err.println("ESCAPED"); } public boolean process(Set<? extends TypeElement> s, RoundEnvironment e) { System.err.println("ESCAPED"); return false; } }\n'
            ),
        },
        expect="accepted compile_error",
        why="the processor is a class like any other: it compiles and does not run; a runtime without that module refuses it",
        rows=(49,),
        limits=ROOMY,
    ),
    Attack(
        name="classes of Java with names that hurt",
        language="java",
        source="public class Main { static class \u00c4\u4f60 { } static class con { } static class $ { } public static void main(String[] a) { System.out.println(new \u00c4\u4f60() != null); } }\n",
        expect="accepted compile_error",
        why="whether a file may have such a name depends on the judge's rules for names, not on the learner",
        rows=(51,),
        limits=ROOMY,
    ),
    Attack(
        name="two thousand classes of Java",
        language="java",
        source="public class Main { "
        + " ".join(f"static class C{n} {{ }}" for n in range(2000))
        + " public static void main(String[] a) { System.out.println(1); } }\n",
        expect="accepted compile_error",
        why="so many files may be too many",
        rows=(18, 48),
        limits=ROOMY,
    ),
    Attack(
        name="a message of bytes that are no text",
        language="c",
        source="",
        files={
            "main.c": b"#error \xff\xfe\xc3( \x1b[31m \xe2\x80\xae <script>alert(1)</script> \x00 \x07\nint main(void) { return 0; }\n"
        },
        expect="compile_error",
        rows=(25, 50),
        limits=ROOMY,
    ),
    Attack(
        name="types of Java in two to the power",
        language="java",
        source="import java.util.function.*;\npublic class Main { static <T> T f(T a, T b) { return a; } public static void main(String[] x) { Object o = "
        + "f(" * 22
        + "1, 'a')"
        + "".join(f", {v})" for v in ("1L", "2.0", "3f", "'b'", '"s"', "true", "null") * 3)
        + "; } }\n",
        expect="compile_error accepted",
        why="how long it takes to infer such types differs between compilers",
        rows=(48,),
        covers=("huge compile",),
        limits=ROOMY,
        within=40,
    ),
    Attack(
        name="constants of Java beyond the format",
        language="java",
        source='public class Main { static final String A = "'
        + "x" * 60000
        + '";\n'
        + "".join(f"static final String B{n} = A + A + {n};\n" for n in range(50))
        + "public static void main(String[] a) { } }\n",
        expect="compile_error",
        rows=(48, 50),
        limits=ROOMY,
        flat_memory=True,
    ),
    Attack(
        name="brackets without end in Python",
        source="x = " + "(" * 15000 + ")" * 15000,
        expect="compile_error runtime_error memory_limit",
        why="the parser says that it is too deep or has no memory",
        rows=(48,),
    ),
    Attack(
        name="a large table of Python",
        source="x = (" + "1," * 1500000 + ")",
        expect="memory_limit time_limit runtime_error accepted",
        why="whether the parser's memory suffices is the machine's affair",
        rows=(48,),
    ),
    Attack(
        name="a constant folded in Python",
        source="def f(): return 2 ** 127 ** 3, 'x' * 4000 * 4000 * 1000\nprint(len(f.__code__.co_consts) < 10)",
        expect="accepted memory_limit runtime_error time_limit",
        why="what Python computes ahead of time is bounded by itself or by the limits",
        rows=(48,),
    ),
]
