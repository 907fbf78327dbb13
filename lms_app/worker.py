"""The worker: does background jobs inside the web process, or in a process of its own."""

import signal
import threading

from services import coding, jobs
from services.platform import leases
from services.platform.queues import Workers

# What stops a server sends SIGKILL after ten seconds (Docker) or more; all of this together ends well before.
_TO_FINISH = 3.0  # seconds for jobs at work to end by themselves
_TO_ABORT = 1.5  # seconds for those whose program was ended to write so down


def start(threads: int) -> Workers:
    """Start threads for every kind of job in this process; for the judge as many as judge servers have places."""
    jobs.load_handlers()
    workers = Workers(threads, wanted={coding.QUEUE: coding.threads_wanted})
    workers.start()
    return workers


def stop(workers: Workers | None) -> None:
    """End the work of this process, programs that somebody is running included; what is not finished is given back."""
    if workers is not None:
        workers.stop()
        workers.wait(_TO_FINISH)
    coding.close()
    if workers is not None and not workers.wait(_TO_ABORT):
        leases.give_back()


def work_until_stopped(threads: int) -> None:
    """Work in this process until it is told to end; a job at work gets some seconds to finish."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    workers = start(threads)
    while not stopped.wait(1):
        if not workers.alive():
            raise SystemExit("The worker's upkeep has ended; whoever watches this process starts it again.")
    stop(workers)
