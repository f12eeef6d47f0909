"""The container image without a container engine: what the Dockerfile says is carried out in a directory of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from sandbox.cli import parser
from tests.test_cli import every_parser
from tests.test_readme import INSTALL_SECONDS_MAX, Program, checkout, clean, needs_an_index

ROOT = Path(__file__).parents[1]
STEPS = [
    (found[1], found[2])
    for found in re.finditer(r"^([A-Z]+) (.*)$", (ROOT / "Dockerfile").read_text().replace("\\\n", " "), re.MULTILINE)
]
FINAL = STEPS[max(number for number, (word, _) in enumerate(STEPS) if word == "FROM") :]
PREFIX = "/opt/payment-sandbox"
NOBODY = 10001


def last(word: str) -> str:
    return [said for each, said in FINAL if each == word][-1]


def spoken() -> dict[str, str]:
    """The variables of the image."""
    return dict(pair.split("=", 1) for word, said in FINAL if word == "ENV" for pair in said.split())


def admitted(name: str) -> bool:
    """Whether the ignore file lets a path into the build."""
    verdict = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        if any(fnmatch(part, pattern.removeprefix("**/")) for part in (name, name.split("/")[0], *name.split("/"))):
            verdict = line.startswith("!")
    return verdict


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every user of this machine may enter."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def build(place: Path) -> Path:
    """The image's program: files copied and commands run as the first stage says, in `place` instead of at the root."""
    tree = checkout(place / "context")
    for word, said in STEPS[: len(STEPS) - len(FINAL)]:
        if word == "COPY":
            *names, target = said.split()
            for name in names:
                assert admitted(name), f"{name} is kept out of the build"
                to = place / target.strip("/") / (name if target.endswith("/") else "")
                to.parent.mkdir(parents=True, exist_ok=True)
                (shutil.copytree if (tree / name).is_dir() else shutil.copy)(tree / name, to)
        elif word == "RUN":
            line = said.replace(PREFIX, f"{place}{PREFIX}").replace("/src", f"{place}/src")
            line = re.sub(r"^python ", f"{sys.executable} ", line)
            done = subprocess.run(["sh", "-ec", line], cwd=place, env=clean(), capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX)
            if done.returncode:
                needs_an_index(AssertionError(done.stderr))
            assert done.returncode == 0, done.stderr
    return place / PREFIX.strip("/")


def confined(command: str) -> str:
    """The command as it runs in a container, as far as this machine lets us: another user, nothing can be written.

    The capability lets that user read an interpreter which, here, may live in somebody's home; in an image everybody may.
    """
    if os.getuid() != 0 or not shutil.which("setpriv"):
        return f"exec {command}"
    able = "--inh-caps +dac_read_search --ambient-caps +dac_read_search"
    dropped = f"setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups {able} {command}"
    frozen = f"mount -o remount,bind,ro / && exec {dropped}"
    possible = subprocess.run(["unshare", "-m", "sh", "-c", "mount -o remount,bind,ro /"], capture_output=True).returncode == 0
    return f"exec unshare -m sh -c '{frozen}'" if possible else f"exec {dropped}"


@pytest.mark.install
def test_the_image_runs_as_nobody_and_writes_nothing(place: Path) -> None:
    """From a working directory that cannot be written, with the image's variables; its own health check passes, a stop is clean."""
    built = build(place)
    env = {name: value.replace(PREFIX, str(built)).replace("$PATH", os.environ["PATH"]) for name, value in spoken().items()}
    before = sorted(built.rglob("*"))
    command = [*json.loads(last("ENTRYPOINT")), *json.loads(last("CMD"))]
    health = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
    empty = place / "cwd"
    empty.mkdir(mode=0o555)
    env |= {"PAYMENT_SANDBOX_PORT": "0", "HOME": "/nonexistent"}
    with Program(confined(f"{' '.join(command)} --port 0"), empty, **env) as server:
        ready = server.next_line(60)
        url = dict(word.split("=", 1) for word in ready.split()[1:])["url"]
        env["PAYMENT_SANDBOX_PORT"] = url.rpartition(":")[2]
        line = ["sh", "-c", confined(" ".join(health))]
        checked = subprocess.run(line, cwd=empty, env=clean(**env), capture_output=True, text=True)
        assert (checked.returncode, checked.stdout) == (0, f"{url} is ready\n")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
    assert sorted(built.rglob("*")) == before
    assert not list(empty.iterdir())


def test_the_image_is_not_root() -> None:
    user = last("USER").partition(":")[0]
    assert user.isdigit()
    assert user != "0"
    order = [word for word, _ in FINAL]
    assert "RUN" not in order[order.index("USER") :]


def test_the_image_listens_where_its_port_can_be_published() -> None:
    """Also when another command line than the image's is given."""
    assert json.loads(last("CMD"))[-2:] == ["--host", "0.0.0.0"]
    assert spoken()["PAYMENT_SANDBOX_HOST"] == "0.0.0.0"
    assert last("EXPOSE") == "12111"


def test_only_what_the_build_copies_is_sent_to_it() -> None:
    copied = {name for word, said in STEPS if word == "COPY" and "--from" not in said for name in said.split()[:-1]}
    assert {name for name in os.listdir(ROOT) if admitted(name)} == copied
    assert not admitted("sandbox/core/__pycache__")


def test_the_compose_file_speaks_of_flags_that_exist() -> None:
    twins = set(re.findall(r"PAYMENT_SANDBOX_\w+", (ROOT / "compose.yaml").read_text() + (ROOT / "Dockerfile").read_text()))
    helps = " ".join(str(action.help) for made in every_parser(parser()) for action in made._actions)
    assert len(twins) >= 4
    assert [twin for twin in sorted(twins) if f"[{twin}]" not in helps] == []
