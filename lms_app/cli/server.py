"""Commands that stay: the web server, and a worker of its own."""

import os
import socket
import sys

import typer

from lms_app.cli import start


def run() -> None:
    """Migrate, load the demo (DEMO=true), build the front end if it changed, and serve everything on one port."""
    chosen = start.load_settings(serving=True)
    _refuse_taken_port(chosen.host, chosen.port)
    start.ready_database()
    if chosen.demo:
        from lms_app.cli.demo import load_demo

        with start.refusals():
            load_demo()
    from lms_app import frontend, serve

    frontend.ensure_built()
    shown = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    typer.echo(f"\n  {chosen.public_url or f'http://{shown}:{chosen.port}'}\n")
    if chosen.demo:
        from lms_app.cli.demo import describe_accounts

        typer.echo(describe_accounts())
    serve.serve(chosen.host, chosen.port, chosen.web_workers)


def dev() -> None:
    """Serve with hot reload, for work on the code: pages on PORT, the backend on the port after it."""
    chosen = start.load_settings(serving=True)
    start.ready_database()
    if chosen.demo:
        from lms_app.cli.demo import load_demo

        with start.refusals():
            load_demo()
    from lms_app import frontend

    frontend.write_catalogues()
    environment = frontend.build_environment() | {"REFLEX_ENV_MODE": "dev", "DEV": "1"}
    ports = ["--frontend-port", str(chosen.port), "--backend-port", str(chosen.port + 1)]
    command = [sys.executable, "-m", "reflex", "run", "--env", "dev", "--backend-host", chosen.host, *ports]
    os.chdir(frontend.ROOT)
    os.execve(sys.executable, command, environment)  # noqa: S606  (our own interpreter, with arguments of our own)


def worker(
    threads: int = typer.Option(2, min=1, max=64, help="Threads for each kind of background work."),
) -> None:
    """Do background jobs in a process of its own (set JOB_THREADS=0 for the web processes then)."""
    chosen = start.load_settings()
    start.ready_database()
    from lms_app import worker as background

    typer.echo(f"Working with {threads} threads per queue on {chosen.database_url.split('://', 1)[0]}.", err=True)
    background.work_until_stopped(threads)


def _refuse_taken_port(host: str, port: int) -> None:
    """Say before any work that the port is taken, rather than after the front end has been built."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            start.fail(
                f"Nothing can listen on {host}:{port} ({error.strerror}). Set PORT or HOST, or stop what is there."
            )
