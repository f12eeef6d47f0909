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
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"  # npm writes it last
NODE_MAJOR_MIN = 20  # what the library asks for
INSTALL_SECONDS_MAX = 180
RUN_SECONDS_MAX = 60


def missing(why: str) -> None:
    """Without Node these tests mean nothing: skipped on a developer's machine, a failure where CI=true."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def install() -> None:
    """`node_modules` holds what the lock file says; of several processes one installs and the others wait."""
    node = shutil.which("node")
    if node is None:
        return missing("needs Node: there is no `node` on the path")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < NODE_MAJOR_MIN:
        return missing(f"needs Node {NODE_MAJOR_MIN} or newer, not {version}")
    with LOCK.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not INSTALLED.exists() or _stripe(INSTALLED) != _stripe(LOCK):
            npm = shutil.which("npm")
            if npm is None:
                return missing("needs npm to install the Node library: there is no `npm` on the path")
            line = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(line, cwd=FOLDER, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX)
            if done.returncode:
                return missing(f"npm ci failed, is the registry out of reach? {done.stderr[-600:]}")
    return None


def _stripe(lock: Path) -> Any:
    entry = json.loads(lock.read_bytes())["packages"]["node_modules/stripe"]
    return entry["version"], entry["integrity"]


def run(script: str, url: str, key: str) -> Any:
    """The JSON that a script printed."""
    done = subprocess.run(["node", FOLDER / script, url, key], capture_output=True, text=True, timeout=RUN_SECONDS_MAX)
    assert done.returncode == 0, f"{script} failed:\n{done.stderr}"
    assert done.stderr == "", f"{script} was warned:\n{done.stderr}"
    return json.loads(done.stdout)
