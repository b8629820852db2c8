"""The wheel holds the three layers under one name, and runs beside folders that are named as they are."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(out), str(ROOT)]
    subprocess.run(command, check=True, timeout=250)
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_layers_and_nothing_else(wheel: Path) -> None:
    expected = {
        f"paper_implementer/{f.relative_to(ROOT).as_posix()}"
        for layer in ("server", "tools", "knowledge")
        for f in (ROOT / layer).rglob("*")
        if f.is_file() and "__pycache__" not in f.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert found == expected
    assert "paper_implementer/server/app.py" in found


def test_the_installed_wheel_ignores_hostile_folders_around_it(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    # The dependencies come from this interpreter; only the package itself is the wheel's.
    venv.create(environment, with_pip=False)
    site = next((environment / "lib").glob("python*")) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    here = Path(next(p for p in sys.path if p.endswith("site-packages")))
    (site / "dependencies.pth").write_text(f"{here}\n")
    workspace = tmp_path / "workspace"
    for name in ("server", "tools", "knowledge", "paper_implementer_extra"):
        (workspace / name).mkdir(parents=True)
        (workspace / name / "__init__.py").write_text("raise SystemExit('hostile code was imported')\n")
    run = subprocess.run(
        [
            environment / "bin" / "python",
            "-m",
            "paper_implementer.server",
            "call",
            "lookup_default",
            '{"query": "adam betas"}',
        ],
        cwd=workspace,
        env={"PYTHONPATH": ".", "PATH": "/usr/bin:/bin", "PAPER_IMPLEMENTER_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert json.loads(run.stdout)["facts"]
