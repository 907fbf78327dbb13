"""Build the front end when a source of it changed, and keep the result beside, ready to serve in every language."""

import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import brotli

from services.platform.messages import LANGUAGES, RIGHT_TO_LEFT, catalogue

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
CURRENT = BUILD / "current"
STAMP = "stamp.txt"
COMPRESSIBLE = frozenset({".html", ".js", ".css", ".json", ".svg", ".txt", ".ttf"})

# What shapes the front end. State classes and the shapes they show are compiled into the script.
_SOURCES = (
    "components/**/*.py",
    "state/**/*.py",
    "lms_app/pages/**/*.py",
    "lms_app/lms_app.py",
    "lms_app/frontend.py",
    "services/**/schemas.py",
    "services/**/views.py",
    "lms_app/guard.py",
    "assets/**/*",
    "locales/**/*.po",
    "reflex.lock/*",
    "rxconfig.py",
    "requirements.txt",
)
_GENERATED = ROOT / "assets" / "i18n"


def ensure_built() -> Path:
    """The folder of the built front end; built now if a source of it differs from what it was built from.

    Two processes that start at once do not build twice: the second waits for the first.
    """
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = source_stamp()
        if _stamp_of(CURRENT) != stamp:
            _build(stamp)
    return CURRENT.resolve()


def source_stamp() -> str:
    """A hash over every source that shapes the front end, and over the switches that change what is compiled."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} dev={os.environ.get('DEV', '')}".encode())
    for path in _source_files():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(hashlib.sha256(_content(path)).digest())
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    """What a source says. The build itself writes reflex.lock anew, with the same in another order."""
    content = path.read_bytes()
    return json.dumps(json.loads(content), sort_keys=True).encode() if path.suffix == ".json" else content


def _source_files() -> Iterator[Path]:
    for pattern in _SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and _GENERATED not in path.parents and "__pycache__" not in path.parts:
                yield path


def _stamp_of(folder: Path) -> str | None:
    try:
        return (folder / STAMP).read_text()
    except OSError:
        return None


def build_environment() -> dict[str, str]:
    """The environment of the build: Node from this Python's own wheel, npm, production, no calls home."""
    return {
        # Trust what this machine trusts: behind a proxy that opens TLS, Node's own list is not enough.
        "NODE_USE_SYSTEM_CA": "1",
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_USE_NPM": "true",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "NPM_CONFIG_AUDIT": "false",
        "NPM_CONFIG_FUND": "false",
        # Else npm writes the registry's addresses into the committed lock, and it differs from machine to machine.
        "NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED": "true",
    }


def write_catalogues() -> None:
    """Write the messages of each language as a script for the browser, to assets/i18n (also for `make dev`)."""
    _GENERATED.mkdir(exist_ok=True)
    for language in LANGUAGES:
        messages = catalogue(language)
        if messages is None:
            continue
        texts: dict[str, str | list[str]] = {}
        for message in messages:
            key = message.id[0] if isinstance(message.id, tuple | list) else message.id
            forms = message.string
            if not key or not forms or "fuzzy" in message.flags:
                continue
            name = f"{message.context}\x04{key}" if message.context else key
            texts[name] = list(forms) if isinstance(forms, tuple | list) else forms
        body = json.dumps(texts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        script = f"(globalThis.LMS_CATALOGUES??={{}}).{language}={body};\n"
        (_GENERATED / f"{language}.js").write_text(script, encoding="utf-8")


def _run(command: list[str], folder: Path, **extra: str) -> None:
    """Run one step of the build; its output is shown only when it fails, and then without npm's chatter."""
    done = subprocess.run(
        command, cwd=folder, env={**build_environment(), **extra}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        (BUILD / "failed.log").write_text(done.stdout + done.stderr)
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        told = [line for line in lines if re.search("error|failed", line, re.I) and "npm silly" not in line]
        shown = "\n".join((told or lines)[-25:])
        raise SystemExit(f"The front end could not be built. All of it is in {BUILD / 'failed.log'}.\n{shown}")


def _build(stamp: str) -> None:
    print("Building the front end (once; again only when a source of it changes) …", flush=True)
    write_catalogues()
    # A prepared folder keeps what an earlier version generated; Reflex writes only what it needs.
    shutil.rmtree(ROOT / ".web" / "public", ignore_errors=True)
    with _left_alone():
        _run([sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"], ROOT)
    made = ROOT / ".web" / "build" / "client"
    target = BUILD / f"site-{stamp[:16]}"
    staging = BUILD / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    shutil.copytree(made, staging / "files", ignore=shutil.ignore_patterns("*.html", ".*"))
    scripts = _hash_catalogues(staging / "files")
    names = _script_names(made)
    for language in LANGUAGES:
        if language != "en":
            preload = _prerender_preload(language)
            _run(["npm", "run", "export"], ROOT / ".web", NODE_OPTIONS=f"--import {preload.as_uri()}")
            if _script_names(made) != names:
                raise SystemExit(f"The build in {language} gave other scripts than the one in English.")
        _take_html(made, staging / "html" / language, language, scripts)
    _drop_sources(staging / "files")
    _compress(staging)
    (staging / STAMP).write_text(stamp)
    shutil.rmtree(target, ignore_errors=True)
    staging.rename(target)
    link = BUILD / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(CURRENT)
    _forget_old(keep=target)


@contextmanager
def _left_alone() -> Iterator[None]:
    """Put back what Reflex writes anew although nothing in it changed: keys in another order, lines already covered.

    With DEV there are more pages, and what only they need does not belong into the lock.
    """
    files = [ROOT / ".gitignore", *sorted((ROOT / "reflex.lock").glob("*.json"))]
    before = {path: path.read_bytes() for path in files if path.exists()}
    try:
        yield
    finally:
        for path, content in before.items():
            same = path.suffix != ".json" or json.loads(path.read_bytes()) == json.loads(content)
            if same or os.environ.get("DEV"):
                path.write_bytes(content)


def _script_names(made: Path) -> set[str]:
    return {path.name for path in (made / "assets").iterdir()}


def _hash_catalogues(files: Path) -> dict[str, str]:
    """Put a hash of the content into the name of each catalogue, so that browsers may keep it; language to address."""
    addresses: dict[str, str] = {}
    for path in sorted((files / "i18n").glob("*.js")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        renamed = path.with_name(f"{path.stem}.{digest}.js")
        path.rename(renamed)
        addresses[path.stem] = f"/i18n/{renamed.name}"
    return addresses


def _prerender_preload(language: str) -> Path:
    """A script that Node runs first, so that the pages are drawn in the language."""
    source = (_GENERATED / f"{language}.js").read_text(encoding="utf-8")
    path = BUILD / f"prerender-{language}.mjs"
    path.write_text(f"{source}globalThis.LMS_LANGUAGE={json.dumps(language)};\n", encoding="utf-8")
    return path


def _take_html(made: Path, target: Path, language: str, scripts: dict[str, str]) -> None:
    """Keep the HTML of one language, with `lang`, `dir` and its catalogue in the head."""
    direction = ' dir="rtl"' if language in RIGHT_TO_LEFT else ' dir="ltr"'
    head = f"<meta name=\"catalogues\" content='{_compact(scripts)}'/>"
    # Not deferred: the pages' scripts need it when they first draw. At the end of the head, because React takes the
    # first script it meets there for its own.
    tail = f'<script src="{scripts[language]}"></script>' if language in scripts else ""
    early = _early_questions()
    for page in made.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        text, count = re.subn(r'<html lang="en"', f'<html lang="{language}"{direction}', text, count=1)
        if count != 1:
            raise SystemExit(f"{page} does not start with the html element that was expected.")
        question = early.get("/" + page.relative_to(made).parent.as_posix(), "")
        text = text.replace('<meta charSet="utf-8"/>', '<meta charSet="utf-8"/>' + head + question, 1)
        text = text.replace("</head>", tail + "</head>", 1)
        text = _with_styles_and_routes(text, made)
        place = target / page.relative_to(made)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def _with_styles_and_routes(page: str, made: Path) -> str:
    """A page with its style sheet and the list of routes in it: two files less to wait for (assets/slim_build.js)."""

    def content(match: re.Match[str]) -> str:
        return match[1] + (made / match[2]).read_text(encoding="utf-8").strip() + match[3]

    page, styles = re.subn(r'(<style id="styles">)/(assets/[^<]+)(</style>)', content, page)
    page, routes = re.subn(r'()import "/(assets/manifest-[^"]+)";()', content, page)
    page, links = re.subn(r'<link rel="modulepreload" href="/assets/manifest-[^"]+"/>', "", page)
    if not styles == routes == links == 1:
        raise SystemExit("React Router writes its pages in another way: look for their styles and list of routes.")
    return page


def _early_questions() -> dict[str, str]:
    """What assets/early.js must know to ask for a page's data before the page's script runs; by prerendered path.

    It asks in the words of Reflex's client, which are in what Reflex generated. The packet names the hashes of the
    values that the page starts with, so that only what differs is sent.
    """
    from components.external.reflex_build import prerendered_path

    web = ROOT / ".web"
    client = (web / "utils" / "context.jsx").read_text(encoding="utf-8")
    found = [
        re.search(pattern, client)
        for pattern in (
            r"initialStateHashes = (\[[^\]]*\])",
            r'stateSchema = "([^"]*)"',
            r"ReflexEvent\('([^']*hydrate_and_load)', payload\)",
        )
    ]
    hashes, schema, event = (match[1] if match else "" for match in found)
    if not (hashes and schema and event):
        raise SystemExit("Reflex's client asks for its first data in another way: adapt assets/early.js.")
    told = {
        "version": json.loads((web / "reflex.json").read_text())["version"],
        "event": event,
        "hashes": json.loads(hashes),
        "schema": schema,
    }
    questions = {}
    # The page for unknown addresses stands at any of them: it lets the client ask.
    for route in set(json.loads((web / "routes.json").read_text())) - {"404"}:
        names = [part.strip("[]") if part.startswith("[") else "" for part in ["", *route.split("/")]]
        questions[prerendered_path(route)] = f"<meta name=\"early\" content='{_compact({**told, 'route': names})}'/>"
    return questions


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _drop_sources(files: Path) -> None:
    """Remove what is only input of the build: style sheets and scripts at the top are inside the hashed ones."""
    for path in files.iterdir():
        if path.suffix in {".css", ".js"}:
            path.unlink()


def _compress(folder: Path) -> None:
    """Write .br and .gz beside each file that gains from it."""

    def compress(path: Path) -> None:
        content = path.read_bytes()
        for suffix, packed in (
            (".br", brotli.compress(content, quality=11)),
            (".gz", gzip.compress(content, compresslevel=9, mtime=0)),
        ):
            if len(packed) < len(content) * 0.95:
                path.with_name(path.name + suffix).write_bytes(packed)

    files = [path for path in folder.rglob("*") if path.suffix in COMPRESSIBLE]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(compress, files))


def _forget_old(keep: Path) -> None:
    """Remove earlier builds but the last one, which a running server may still be reading."""
    others = sorted(
        (path for path in BUILD.glob("site-*") if path != keep), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in others[1:]:
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    print(ensure_built())
