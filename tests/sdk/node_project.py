"""The official Node library beside the scripts that use it: installed once, at the version of the lock file."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "node"
LOCK = FOLDER / "package-lock.json"
OMISE_FOLDER = Path(__file__).parent / "node_omise"
INSTALLED = "node_modules/.package-lock.json"  # npm writes it last
LIBRARIES = ("node_modules/stripe", "node_modules/omise", "node_modules/axe-core")
NODE_MAJOR_MIN = 20  # what the library asks for
INSTALL_SECONDS_MAX = 180
RUN_SECONDS_MAX = 60


def missing(why: str) -> None:
    """Without Node these tests mean nothing: skipped on a developer's machine, a failure where CI=true."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def install(folder: Path = FOLDER) -> None:
    """`node_modules` holds what the lock file says; of several processes one installs and the others wait."""
    node = shutil.which("node")
    if node is None:
        return missing("needs Node: there is no `node` on the path")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < NODE_MAJOR_MIN:
        return missing(f"needs Node {NODE_MAJOR_MIN} or newer, not {version}")
    with (folder / "package-lock.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        installed = folder / INSTALLED
        if not installed.exists() or _library(installed) != _library(folder / "package-lock.json"):
            npm = shutil.which("npm")
            if npm is None:
                return missing("needs npm to install the Node library: there is no `npm` on the path")
            line = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX)
            if done.returncode:
                return missing(f"npm ci failed, is the registry out of reach? {done.stderr[-600:]}")
    return None


def _library(lock: Path) -> Any:
    """Version and checksum of what the scripts use; what that needs itself follows from it."""
    packages = json.loads(lock.read_bytes())["packages"]
    return [(packages[name]["version"], packages[name]["integrity"]) for name in LIBRARIES if name in packages]


def run(script: str, url: str, key: str, folder: Path = FOLDER) -> Any:
    """The JSON that a script printed."""
    done = subprocess.run(["node", folder / script, url, key], capture_output=True, text=True, timeout=RUN_SECONDS_MAX)
    assert done.returncode == 0, f"{script} failed:\n{done.stderr}"
    assert done.stderr == "", f"{script} was warned:\n{done.stderr}"
    return json.loads(done.stdout)
