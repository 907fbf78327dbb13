"""Run the app in production: one address for pages, API and websocket."""

import multiprocessing
import os
import signal

from lms_app.frontend import build_environment, ensure_built

STOPPING = signal.SIGUSR1  # told to each web process before it is asked to end
_LONGEST_STOP = 8  # seconds; then a web process is killed. Docker kills all after ten.


def serve(host: str, port: int, workers: int = 1) -> None:
    """Build the front end if a source of it changed, then serve until stopped.

    More than one worker needs Redis, because the state of a tab lives in the memory of one process without it.
    """
    from granian.constants import Interfaces
    from granian.server import Server
    from reflex_base.environment import environment

    class Announcing(Server):  # type: ignore[misc, valid-type]  # granian chooses the class by platform
        """A server whose web processes hear that they will be stopped while connections are still open."""

        def shutdown(self, exit_code: int = 0) -> None:
            for process in multiprocessing.active_children():
                if process.pid is not None:
                    os.kill(process.pid, STOPPING)
            super().shutdown(exit_code)

    ensure_built()
    os.environ.update(build_environment())
    # The pages are built already: a worker only needs the event handlers.
    environment.REFLEX_SKIP_COMPILE.set(True)
    os.environ.setdefault("REFLEX_SOCKET_INTERVAL", "10s")
    os.environ.setdefault("REFLEX_SOCKET_TIMEOUT", "20s")
    Announcing(
        target="lms_app.process:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        workers_kill_timeout=_LONGEST_STOP,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    from services.platform.config import settings

    serve(settings().host, settings().port)
