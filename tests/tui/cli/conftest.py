"""Commands run in the test's own process against a stage in a thread."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.stage import Stage
from tests.support.stage_thread import stage_in_thread
from tui.cli.main import run
from tui.words import use_language

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Outcome]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """An engine for whom the caller is a local administrator."""
    with stage_in_thread(tmp_path) as stage:
        monkeypatch.setenv("FOURSEAT_SOCKET", stage.path)
        yield stage


@pytest.fixture
def strict_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """An engine that wants everybody to log in."""
    with stage_in_thread(tmp_path, local_admin=False) as stage:
        monkeypatch.setenv("FOURSEAT_SOCKET", stage.path)
        yield stage


@pytest.fixture
def fourseat(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Run `fourseat` with these arguments and `stdin` as its input, in Chinese unless `lang` is English."""
    for name in ("LC_ALL", "LC_MESSAGES", "FOURSEAT_STAFF", "FOURSEAT_PIN", "FOURSEAT_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str, stdin: str | io.StringIO = "", lang: str = "zh_CN.UTF-8") -> Outcome:
        monkeypatch.setenv("LANG", lang)
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin) if isinstance(stdin, str) else stdin)
        capfd.readouterr()
        with ThreadPoolExecutor(1) as thread:  # leaves the event loop of pytest-asyncio alone
            code = thread.submit(run, list(arguments)).result()
        out, err = capfd.readouterr()
        return Outcome(code, out, err)

    yield command
    use_language("en")


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare with a stored page; UPDATE_GOLDEN=1 writes it anew, to be looked at before it is committed."""

    def compare(name: str, text: str) -> None:
        page = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            page.write_text(text, encoding="utf-8")
        assert text == page.read_text(encoding="utf-8")

    return compare
