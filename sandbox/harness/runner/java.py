"""Java: the learner's classes and the tests in one virtual machine, with a small JUnit of our own.

The names are JUnit's (org.junit.jupiter.api), as far as the tests of exercises need them, so that tests run under
either; a jar is on few machines, and not the same one everywhere.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from sandbox.harness.runner.driver import WORK, Broken, compiler, drive, rows_of, sources

_HERE = Path(__file__).parent
_TESTS = Path("/tmp/tests")  # noqa: S108 - the cell's own
_PACKAGE = "org/junit/jupiter/api"
_PLAIN = ("Test", "BeforeEach", "AfterEach", "BeforeAll", "AfterAll")
_ANNOTATION = """package org.junit.jupiter.api;
import java.lang.annotation.*;
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface %s { %s }
"""


class Java:
    """Compiles and runs."""

    def build(self, payload: Any, heap_mb: str) -> None:
        """Compile the learner's files while no test lies in the cell, then the tests, and leave only classes."""
        own = sources(".java")
        flags = [f"-J-Xmx{heap_mb}m", "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1", "-J-XX:-UsePerfData"]
        javac = ["javac", *flags, "-proc:none", "-encoding", "UTF-8"]
        if own:
            compiler([*javac, "-d", f"{WORK}/classes", *own])
        texts = {f"{_PACKAGE}/{name}.java": _ANNOTATION % (name, "") for name in _PLAIN}
        for name in ("DisplayName", "Disabled"):
            texts[f"{_PACKAGE}/{name}.java"] = _ANNOTATION % (name, 'String value() default "";')
        for name, text in {**texts, **payload["tests"]}.items():
            path = _TESTS / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        files = [f"{_TESTS}/{name}" for name in (*texts, *payload["tests"])]
        files += [f"{_HERE}/Assertions.java", f"{_HERE}/Examiner.java"]
        compiler([*javac, "-cp", f"{WORK}/classes", "-d", f"{WORK}/tests", *files], of_the_tests=True)
        shutil.rmtree(_TESTS)

    def test(self, payload: Any, heap_mb: str, rows: list[dict[str, Any]]) -> None:
        """Run the methods marked @Test of all classes of the tests."""
        # The tests come first on the path: no class of the learner's takes the place of one of theirs.
        path = "/opt/program/tests:/opt/program/classes"
        flags = ["-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1", "-XX:-UsePerfData", "-XX:+DisableAttachMechanism"]
        names = [_class_name(name, text) for name, text in payload["tests"].items() if name.endswith(".java")]
        argv = ["java", f"-Xmx{heap_mb}m", "-Xss16m", *flags, "-cp", path, "Examiner"]
        driven = drive(argv, "\n".join(names).encode(), number_of_files="path")
        expected = [line["expected"] for line in driven.lines if isinstance(line, dict) and "expected" in line]
        if driven.trusted and len(expected) == 1 and not expected[0]:
            raise Broken("tests", "There is no @Test in the tests.")
        rows_of(driven, rows, set(expected[0]) if expected else None)


def _class_name(file: str, text: str) -> str:
    package = re.search(r"^\s*package\s+([\w.]+)\s*;", text, re.MULTILINE)
    name = Path(file).stem
    return f"{package[1]}.{name}" if package else name
