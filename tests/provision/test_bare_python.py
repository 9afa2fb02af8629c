"""The set-up runs before anything is installed, on whatever Python there is."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from engine.provision import venv
from engine.provision.pip import _explain

ROOT = Path(__file__).resolve().parents[2]


def test_set_up_imports_nothing_but_the_standard_library_and_itself() -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); before = set(sys.modules)\n"
        "import engine.provision.venv, engine.provision.pip, engine.provision.asterisk\n"
        "own = [name for name in sys.modules if name.split('.')[0] == 'engine']\n"
        "assert all(name == 'engine' or name.startswith('engine.provision') for name in own), own\n"
        "rest = {name.split('.')[0] for name in set(sys.modules) - before} - {'engine'}\n"
        "assert rest <= set(sys.stdlib_module_names), rest - set(sys.stdlib_module_names)\n"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", script], check=True, timeout=30)


def test_old_python_gets_as_far_as_the_version_check() -> None:
    """Only plain statements run before it, and the file parses with the grammar of Python 3.8."""
    source = (ROOT / "engine/provision/venv.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in top if isinstance(node, ast.ImportFrom)}
    assert not any(name.startswith("engine") for name in names)


def test_unfit_python_is_told_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SystemExit):
        venv._use_right_python()
    assert "Python 3.9; Python 3.11, 3.12 or 3.13 is needed" in capsys.readouterr().err


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(venv, "CLONE", tmp_path)
    return tmp_path


def test_stamp_holds_until_a_lock_file_changes(clone: Path) -> None:
    assert not venv.is_current("run")
    venv._stamp("run").write_text(venv._fingerprint("run"))
    assert venv.is_current("run")
    assert not venv.is_current("dev")
    (clone / "requirements.lock").write_text("another")
    assert not venv.is_current("run")


def test_environment_for_development_serves_for_use_too(clone: Path) -> None:
    venv._stamp("dev").write_text(venv._fingerprint("dev"))
    assert venv.is_current("run")
    assert venv.is_current("dev")


def test_moved_clone_is_not_current(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv._stamp("run").write_text(venv._fingerprint("run"))
    moved = clone.with_name("moved")
    clone.rename(moved)
    monkeypatch.setattr(venv, "CLONE", moved)
    assert not venv.is_current("run")


@pytest.mark.parametrize(
    ("output", "problem", "remedy"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "28",
            "room",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "HASHES", "index"),
        ("ERROR: Could not install: [Errno 13] Permission denied: '/x'", "Permission", "folder of your own"),
        (
            "WARNING: Retrying (Retry(total=4)) after connection broken\nERROR: No matching",
            "connection",
            "network",
        ),
        ("ERROR: Exception:\nTraceback\n  File x\nFileNotFoundError: no bundle", "no bundle", "network"),
    ],
)
def test_words_of_pip_become_a_problem_and_a_remedy(output: str, problem: str, remedy: str) -> None:
    error = _explain(output, Path("/clone/.venv"))
    assert problem in error.problem
    assert remedy in error.remedy
