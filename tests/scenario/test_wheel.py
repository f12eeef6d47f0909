"""An installed sandbox has the shipped scenarios, without a checkout beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sandbox.scenario.library import shipped
from tests.test_readme import checkout, clean


@pytest.mark.install
def test_a_fresh_build_has_every_page_and_every_scenario_and_plays_one(tmp_path: Path) -> None:
    """The wheel is built from what a clone has, unpacked elsewhere, and used there."""
    source = checkout(tmp_path / "clone")
    built = subprocess.run(
        [sys.executable, "-c", f"from setuptools import build_meta as b; print(b.build_wheel({str(tmp_path)!r}))"],
        cwd=source, env=clean(), capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [Path(name).name for name in archive.namelist() if name.startswith("sandbox/shipped/")]
        pages = {name for name in archive.namelist() if name.startswith("sandbox/dashboard/")}
        archive.extractall(tmp_path / "installed")
    wanted = {path.relative_to(source).as_posix() for path in (source / "sandbox/dashboard").rglob("*") if path.is_file()}
    assert pages == wanted
    assert "sandbox/dashboard/index.html" in pages
    assert sorted(names) == [path.name for path in shipped()]
    env = {**clean(), "PYTHONPATH": str(tmp_path / "installed")}
    listed = subprocess.run(
        [sys.executable, "-m", "sandbox", "scenarios", "--json"], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert [row["name"] for row in json.loads(listed.stdout)] == [path.stem for path in shipped()], listed.stderr
    played = subprocess.run(
        [sys.executable, "-m", "sandbox", "run", "missed-deadline"], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert played.returncode == 0, played.stdout + played.stderr
