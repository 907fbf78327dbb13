"""The real server with a data folder of its own: seeded through the services, started as `make run` starts it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).parents[2]
COURSE = "python-with-a-tutor"


@dataclass(frozen=True)
class Lesson:
    """A lesson of the demo course, as the learners of the load know it."""

    slug: str
    block_keys: list[str]


@dataclass(frozen=True)
class Seed:
    """What was put into the data folder: a cookie per learner, the lessons in order, and the first exercise's id."""

    cookies: list[str]
    lessons: list[Lesson]
    exercise: str


def prepare(folder: Path, port: int) -> None:
    """Point this process, and every server it starts, at ``folder`` and ``port``. Before any service is imported."""
    for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "LLM_MODEL", "LLM_API_BASE"):
        os.environ[name] = ""
    os.environ |= {"DATA_DIR": str(folder), "HOST": "127.0.0.1", "PORT": str(port), "DEMO": "true"}
    os.environ["LOG_LEVEL"] = "WARNING"


def seed(learners: int) -> Seed:
    """Make the database with the demo course, and learners who are enrolled and signed in."""
    import sqlalchemy as sa

    from lms_app.cli import start
    from lms_app.cli.demo import load_demo
    from services import courses, enrolment
    from services.accounts.models import User
    from services.accounts.sessions import actor_of, open_session
    from services.platform.actor import Role
    from services.platform.database import unit_of_work

    start.load_settings()
    start.ready_database()
    load_demo()
    system = start.system_actor()
    course_id = courses.course_detail(system, slug=COURSE).card.id
    cookies, actors = [], []
    with unit_of_work(system) as session:
        # One person's hash for all: hashing a password takes a quarter of a second, on purpose.
        known = session.scalars(sa.select(User).limit(1)).one().password_hash
        for number in range(learners):
            address = f"load{number}@example.com"
            user = User(
                organisation_id=system.organisation_id,
                email=address,
                email_key=address,
                name=f"Learner {number}",
                password_hash=known,
                role=Role.learner,
                language="en",
            )
            session.add(user)
            session.flush()
            row, token = open_session(session, user, kind="browser", user_agent="load")
            actors.append(actor_of(user, row.id))
            cookies.append(f"lms_session={token}")
    for actor in actors:
        enrolment.enrol(actor, course_id=course_id)
    outline = enrolment.outline(actors[0], course=course_id)
    lessons, exercises = [], []
    for slug in (lesson.slug for module in outline.modules for lesson in module.lessons):
        view = enrolment.lesson_view(actors[0], course_slug=COURSE, lesson_slug=slug)
        lessons.append(Lesson(slug, [block.key for block in view.blocks]))
        exercises += [block.exercise_id for block in view.blocks if block.exercise_id]
    return Seed(cookies, lessons, exercises[0])


def start(log: Path) -> tuple[subprocess.Popen[bytes], float]:
    """Start the server of the prepared folder; returns it and the seconds until its catalogue was served."""
    with log.open("ab") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "lms_app", "run"], cwd=REPOSITORY, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        return server, wait_until_served(server, f"http://127.0.0.1:{os.environ['PORT']}/catalogue", log)
    except BaseException:
        stop(server)
        raise


def start_again(log: Path, times: int) -> float:
    """The median of the seconds that a start takes when nothing has changed."""
    seconds = []
    for _time in range(times):
        server, took = start(log)
        stop(server)
        seconds.append(took)
    return median(seconds)


def start_in_a_clone(port: int) -> float:
    """The seconds that `make run` takes where nothing is installed and nothing is built: minutes, and a download."""
    with tempfile.TemporaryDirectory(prefix="load-clone-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        server = subprocess.Popen(
            ["make", "run"], cwd=clone, env=environment | {"PORT": str(port)}, start_new_session=True
        )
        try:
            return wait_until_served(server, f"http://127.0.0.1:{port}/catalogue", longest=1200)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


def wait_until_served(
    server: subprocess.Popen[bytes], address: str, log: Path | None = None, *, longest: float = 240
) -> float:
    """Wait until ``address`` answers; returns the seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < longest:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return time.monotonic() - began
        except OSError:
            time.sleep(0.1)
    told = log.read_text(errors="replace")[-3000:] if log and log.exists() else ""
    raise SystemExit(f"The server at {address} did not start.\n{told}")


def wait_until_open(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until something listens on ``port``."""
    for _attempt in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"Nothing listens on port {port}.")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End a server as Ctrl+C does, and by force when it does not end."""
    server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def free_port(wanted: range) -> int:
    """A port of ``wanted`` that nothing listens on."""
    for port in wanted:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit(f"No port from {wanted.start} to {wanted.stop - 1} is free.")


def forget(folder: Path) -> None:
    """Remove a data folder."""
    shutil.rmtree(folder, ignore_errors=True)
