"""What the dashboard's pages write is right before any browser shows it: node runs the truths of `format.test.js`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def test_amounts_times_and_stories_are_written_as_people_read_them() -> None:
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no node on the path")
        pytest.skip("there is no node on the path")
    # A module without a package.json beside it is one by its syntax: node may not know that without being told.
    command = [node, "--experimental-default-type=module", "--test", str(Path(__file__).with_name("format.test.js"))]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
