"""Each way to go wrong: its exit code, what is said, and what to do about it."""

import json
import socket
from pathlib import Path

import pytest

from engine.wire.messages import Reason
from tests.support import world
from tests.support.stage import Stage
from tests.tui.cli.conftest import Command


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without configuration."""
    monkeypatch.delenv("FOURSEAT_SOCKET", raising=False)
    monkeypatch.setattr("tui.cli.where.USUAL_CONFIGS", ("config.toml",))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nope"], "没有命令 nope"),
        (["calls", "nope"], "没有命令 nope"),
        (["calls", "show"], "缺少 CALL"),
        (["calls", "list", "--sinse", "today"], "没有选项 --sinse"),
        (["calls", "list", "--since", "gestern"], "'gestern' 不是日期或时间"),
        (["calls", "list", "--outcome", "lost"], "没有 'lost' 这种结果"),
        (["calls", "list", "--limit", "0"], "--limit"),
        (["calls", "list", "--limit", "many"], "--limit"),
        (["users", "add", "8005", "张", "--role", "boss"], "没有 'boss' 这种角色"),
        (["prompts", "list", "--voice", "fr"], "没有 'fr' 这种语言"),
        (["--lang", "fr", "status"], "没有 'fr' 这种语言"),
    ],
)
def test_wrong_usage_is_2_and_shows_the_way(
    stage: Stage, fourseat: Command, arguments: list[str], words: str
) -> None:
    outcome = fourseat(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert words in outcome.err
    assert "怎么办:" in outcome.err


@pytest.mark.parametrize("group", [[], ["calls"], ["users"], ["ivr"]])
def test_a_group_without_command_shows_its_help(fourseat: Command, group: list[str]) -> None:
    outcome = fourseat(*group)
    assert outcome.code == 2
    assert outcome.out.startswith("用法:fourseat")
    assert outcome.out.endswith("\n")


def test_no_engine_anywhere_names_what_was_tried(nowhere: Path, fourseat: Command) -> None:
    outcome = fourseat("status")
    assert outcome.code == 3
    for place in ("--socket", "$FOURSEAT_SOCKET", "--config", "$FOURSEAT_CONFIG", "config.toml"):
        assert place in outcome.err


def test_an_engine_that_is_not_running_says_how_to_start_it(
    nowhere: Path, fourseat: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURSEAT_SOCKET", str(nowhere / "engine.sock"))
    missing = fourseat("status")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(nowhere / "engine.sock"))
        refused = fourseat("status", lang="en")
    assert (missing.code, refused.code) == (3, 3)
    assert "引擎没有运行" in missing.err
    assert "systemctl start fourseat" in missing.err
    assert "the engine is not running: nobody listens at" in refused.err


def test_the_configuration_tells_the_socket(nowhere: Path, fourseat: Command) -> None:
    shipped = Path(__file__).parents[3] / "config.toml"
    text = shipped.read_text(encoding="utf-8").replace('data = "/var/lib/fourseat"', f'data = "{nowhere}"')
    (nowhere / "config.toml").write_text(text, encoding="utf-8")
    by_folder = fourseat("status")
    (nowhere / "config.toml").rename(nowhere / "site.toml")
    by_name = fourseat("status", "--config", str(nowhere / "site.toml"))
    assert by_folder.code == by_name.code == 3
    assert str(nowhere / "run" / "engine.sock") in by_folder.err
    assert by_folder.err == by_name.err


@pytest.mark.parametrize(
    ("content", "words"), [(b"[site\n", "not valid TOML"), (b"\xff\xfe", "读不了"), (None, "读不了")]
)
def test_a_broken_configuration_is_named(
    nowhere: Path, fourseat: Command, content: bytes | None, words: str
) -> None:
    path = nowhere / "site.toml"
    if content is not None:
        path.write_bytes(content)
    outcome = fourseat("status", "--config", str(path))
    assert outcome.code == 1
    assert words in outcome.err
    assert str(path) in outcome.err


def test_others_must_say_who_they_are(strict_stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("status")
    assert outcome.code == 1
    assert "fourseat --staff 9001" in outcome.err
    no_terminal = fourseat("--staff", "9001", "status")
    assert no_terminal.code == 1
    assert "FOURSEAT_PIN" in no_terminal.err


def test_staff_number_and_pin_open_what_the_role_allows(
    strict_stage: Stage, fourseat: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURSEAT_PIN", world.PIN)
    assert fourseat("--staff", "9001", "agents").code == 0
    monkeypatch.setenv("FOURSEAT_STAFF", "9001")
    assert fourseat("agents").code == 0
    refused = fourseat("users", "list")
    assert refused.code == 1
    assert "您的角色" in refused.err or "权限" in refused.err
    monkeypatch.setenv("FOURSEAT_PIN", "0000")
    wrong = fourseat("agents")
    assert wrong.code == 1
    assert "4" in wrong.err  # attempts left


@pytest.mark.parametrize(
    ("reason", "detail", "remedy"),
    [
        (Reason.LOCKED, str(world.NOW), "fourseat users enable"),
        (Reason.DISABLED, "", "fourseat users enable"),
        (Reason.INTERNAL, "", "journalctl -u fourseat"),
        (Reason.UNKNOWN_METHOD, "", "重启引擎"),
        (Reason.NOT_ALLOWED, "", "--staff 9001"),
    ],
)
def test_refusals_of_the_engine_come_with_a_remedy(
    stage: Stage, fourseat: Command, reason: Reason, detail: str, remedy: str
) -> None:
    stage.refuse("floor.agents", reason, detail)
    outcome = fourseat("agents")
    assert outcome.code == 1
    assert remedy in outcome.err


def test_errors_for_programs_are_json_on_standard_error(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("calls", "show", "c-9", "--json")
    assert (outcome.code, outcome.out) == (1, "")
    assert json.loads(outcome.err) == {
        "error": {"reason": "not_found", "message": "通话 c-9:没有找到", "remedy": ""}
    }


def test_consoles_want_a_terminal(stage: Stage, fourseat: Command) -> None:
    for console in ("agent", "supervisor"):
        outcome = fourseat(console)
        assert outcome.code == 1
        assert "ssh -t" in outcome.err


def test_the_version(fourseat: Command) -> None:
    outcome = fourseat("--version")
    assert outcome.code == 0
    assert outcome.out.startswith("fourseat 0.")
