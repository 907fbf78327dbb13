"""The command line: `python -m sandbox run | judge | doctor | serve | images`. Only here is the environment read.

Exit codes: 0 it went well (the program was accepted, a backend works); 1 the program did not (any other verdict); 2 the
command was given something wrong; 3 the sandbox itself failed (no backend works, busy, a job lost); 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from sandbox.types import LIMIT_RANGES, Limits

WELL, PROGRAM_FAILED, WRONG_INPUT, SANDBOX_FAILED, INTERRUPTED = 0, 1, 2, 3, 130
_BACKENDS = ("auto", "bubblewrap", "docker", "remote")
_DEFAULTS = Limits()
_CHECKERS = ("lines", "exact", "tokens", "floats", "unordered", "regex")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """One line, and the exit code of wrong input."""
        sys.stderr.write(f"{self.prog}: {message} (--help shows what there is)\n")
        sys.exit(WRONG_INPUT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
        sys.stdout.flush()
        return code
    except (ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            # Whoever read our output has seen enough; nothing more can be said there, not even by the interpreter.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return SANDBOX_FAILED
        sys.stderr.write(f"python -m sandbox: {_one_line(error)}\n")
        return WRONG_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return INTERRUPTED


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m sandbox",
        description="Runs and judges programs that nobody trusts.",
        epilog="Exit codes: 0 well, 1 the program failed, 2 wrong input, 3 the sandbox failed.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="run a program", description="Run a program with its own input."))
    _add_judge(
        commands.add_parser(
            "judge",
            help="hold a program against test cases or unit tests",
            description="Judge a program by a folder of cases (NAME.in with NAME.out or NAME.ans) or by unit tests.",
        )
    )
    doctor = commands.add_parser(
        "doctor",
        help="which backends and languages work here, and why not",
        description="Try every backend and language here. Exit code 0 only if a backend works.",
    )
    doctor.add_argument("--json", action="store_true", help="as JSON")
    _add_backend(doctor, default="all", choices=("all", *_BACKENDS[1:]))
    doctor.set_defaults(command=_doctor)
    _add_serve(commands.add_parser("serve", help="judge for other machines, over HTTP"))
    _add_images(commands.add_parser("images", help="the images of the docker backend"))
    return parser


def _add_backend(parser: argparse.ArgumentParser, *, default: str, choices: Sequence[str]) -> None:
    parser.add_argument(
        "--backend",
        choices=choices,
        default=default,
        help=f"{', '.join(choices)} (SANDBOX_BACKEND, else {default}); remote reads SANDBOX_URLS and SANDBOX_TOKEN",
    )
    parser.add_argument("--docker-url", metavar="URL", help="the engine, as in DOCKER_HOST")


def _add_program(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("program", nargs="+", metavar="FILE", help="the program; the first file is what is started")
    parser.add_argument("--language", help="its language; found by the first file's ending when left out")
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    _add_backend(parser, default=os.environ.get("SANDBOX_BACKEND") or "auto", choices=_BACKENDS)
    limits = parser.add_argument_group("limits")
    for option, name, unit in (
        ("--cpu", "cpu_ms", "seconds of processor time"),
        ("--wall", "wall_ms", "seconds by the clock"),
        ("--memory", "memory_mb", "MB of memory"),
        ("--processes", "processes", "processes and threads"),
        ("--output", "output_kb", "kB of each of stdout and stderr"),
        ("--file-size", "file_mb", "MB of the largest file"),
        ("--file-count", "files", "files"),
    ):
        factor = 1000 if name.endswith("_ms") else 1
        low, high = (bound / factor for bound in LIMIT_RANGES[name])
        usual = getattr(_DEFAULTS, name) / factor
        text = f"{unit}, {low:g} to {high:g} ({usual:g})"
        limits.add_argument(option, dest=name, metavar="N", help=text)


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_program(parser)
    parser.add_argument("--stdin", metavar="FILE", help="its input; - for that of this command, none when left out")
    parser.add_argument("--arg", action="append", default=[], metavar="TEXT", help="an argument for it; may come again")
    parser.set_defaults(command=_run)


def _add_judge(parser: argparse.ArgumentParser) -> None:
    _add_program(parser)
    tests = parser.add_mutually_exclusive_group(required=True)
    tests.add_argument("--cases", metavar="FOLDER", help="folder with NAME.in and NAME.out or NAME.ans")
    tests.add_argument("--unit-tests", action="append", metavar="FILE", help="a file of unit tests; may come again")
    parser.add_argument("--checker", choices=_CHECKERS, default="lines", help="how output is compared (lines)")
    parser.add_argument("--tolerance", type=float, default=1e-6, metavar="N", help="for floats (1e-6)")
    parser.add_argument("--stop", action="store_true", help="stop at the first failure")
    parser.set_defaults(command=_judge)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Judge for other machines, over HTTP, until SIGTERM. A token of at least 32 characters is needed: the content "
        "of --token-file, else SANDBOX_TOKEN. It speaks plain HTTP: a proxy with TLS belongs in front of it."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8750, help="port to listen on; 0 takes a free one (8750)")
    parser.add_argument("--token-file", metavar="FILE", help="file that holds the token")
    default = os.environ.get("SANDBOX_BACKEND") or "auto"
    _add_backend(parser, default=default, choices=("auto", "bubblewrap", "docker"))
    parser.add_argument("--slots", type=int, default=0, metavar="N", help="jobs at once; 0: one for each core (0)")
    parser.add_argument(
        "--line", type=int, default=0, metavar="N", help="jobs that may wait; 0: four for each slot (0)"
    )
    parser.add_argument("--body", type=int, default=32, metavar="MB", help="largest request (32)")
    parser.add_argument("--grace", type=float, default=8.0, metavar="N", help="seconds for running jobs at the end (8)")
    parser.set_defaults(command=_serve)


def _add_images(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="build them")
    build.add_argument("families", nargs="*", metavar="IMAGE", help="which ones; all when none is named")
    build.add_argument("--base", help="image they stand on; `local` makes one from this machine's own Debian mirror")
    build.add_argument("--docker-url", metavar="URL", help="the engine, as in DOCKER_HOST")
    build.set_defaults(command=_images)


# Each command is imported when it is asked for, so that --help answers at once.


def _run(options: argparse.Namespace) -> int:
    from sandbox.cli_jobs import run

    return run(options)


def _judge(options: argparse.Namespace) -> int:
    from sandbox.cli_jobs import judge

    return judge(options)


def _doctor(options: argparse.Namespace) -> int:
    from sandbox.cli_doctor import doctor

    return doctor(options)


def _serve(options: argparse.Namespace) -> int:
    from sandbox.cli_serve import serve

    return serve(options)


def _images(options: argparse.Namespace) -> int:
    from sandbox.images.building import DEFAULT_BASE, BuildProblem, build

    try:
        build(options.families, base=options.base or DEFAULT_BASE, url=options.docker_url)
    except BuildProblem as problem:
        sys.stderr.write(f"python -m sandbox: {problem}\n")
        return SANDBOX_FAILED
    return WELL
