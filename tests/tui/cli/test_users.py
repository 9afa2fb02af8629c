"""Users and their PINs: typed twice, never shown, weak ones warned about."""

import io

import pytest

from engine.wire.messages import Reason
from tests.support.stage import Stage
from tests.tui.cli.conftest import Command
from tui.cli.pin import is_weak


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_user_is_added_with_a_pin_from_standard_input(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat(
        "users", "add", "8005", "阿依古丽", "--role", "supervisor", "--pin-stdin", stdin="7391\n"
    )
    assert (outcome.code, outcome.out, outcome.err) == (0, "已添加 8005 阿依古丽,角色:班长\n", "")
    assert stage.pins["8005"] == "7391"


def test_a_pin_is_typed_twice(stage: Stage, fourseat: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["7391", "7391", "7391", "7319"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    same = fourseat("users", "reset-pin", "8001", stdin=Terminal())
    different = fourseat("users", "reset-pin", "8001", stdin=Terminal())
    assert (same.code, different.code) == (0, 1)
    assert "两次输入的密码不一样" in different.err
    assert "7391" not in same.out + same.err + different.out + different.err
    assert stage.pins["8001"] == "7391"


def test_without_terminal_the_way_to_give_a_pin_is_said(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("users", "add", "8005", "张")
    assert outcome.code == 2
    assert "--pin-stdin" in outcome.err


@pytest.mark.parametrize("pin", ["", "12a4", "1234", "٣٤٥٦"])  # the last ones are digits, but of no keypad
def test_a_pin_of_other_characters_is_refused_and_a_weak_one_warned_about(
    stage: Stage, fourseat: Command, pin: str
) -> None:
    outcome = fourseat("users", "reset-pin", "8001", "--pin-stdin", stdin=pin + "\n")
    if pin == "1234":
        assert outcome.code == 0
        assert "太容易猜" in outcome.err
    else:
        assert outcome.code == 1
        assert "8001" not in stage.pins


@pytest.mark.parametrize("pin", ["0000", "1234", "4321", "9876", "111111", "7890", "8001", "2580"])
def test_weak_pins(pin: str) -> None:
    assert is_weak(pin, "8001")


@pytest.mark.parametrize("pin", ["7391", "4711", "90210"])
def test_other_pins_are_not_weak(pin: str) -> None:
    assert not is_weak(pin, "8001")


def test_a_user_is_disabled_and_enabled(stage: Stage, fourseat: Command) -> None:
    assert fourseat("users", "disable", "8001").out == "8001 不能再登录\n"
    assert stage.users["8001"].disabled
    assert "已停用" in fourseat("users", "list").out.splitlines()[2]
    assert fourseat("users", "enable", "8001", "--json").json == {"done": True}
    assert not stage.users["8001"].disabled


def test_unknown_and_double_users(stage: Stage, fourseat: Command) -> None:
    unknown = fourseat("users", "disable", "1")
    double = fourseat("users", "add", "8001", "张", "--pin-stdin", stdin="7391\n")
    assert (unknown.code, double.code) == (1, 1)
    assert "工号 1:没有找到" in unknown.err
    assert "工号 8001:已被占用" in double.err


def test_a_pin_that_the_engine_refuses_is_said_in_words(stage: Stage, fourseat: Command) -> None:
    stage.refuse("users.reset_pin", Reason.INVALID, "pin_weak")
    outcome = fourseat("users", "reset-pin", "8001", "--pin-stdin", stdin="7391\n")
    assert outcome.code == 1
    assert outcome.err == "错误:这个密码太容易猜,请换一个\n"


def test_people_belong_to_a_department_or_station(stage: Stage, fourseat: Command) -> None:
    nowhere = fourseat("users", "add", "8011", "马师傅", "--role", "station", "--pin-stdin", stdin="7391\n")
    assert nowhere.code == 2
    assert "--department" in nowhere.err
    at_a_station = ("--role", "station", "--department", "east", "--pin-stdin")
    added = fourseat("users", "add", "8011", "马师傅", *at_a_station, stdin="7391\n")
    assert (added.code, added.out) == (0, "已添加 8011 马师傅,角色:维护站\n")
    assert stage.users["8011"].department == "east"
    assert fourseat("users", "move", "8011", "repair").out == "8011 下次登录起属于 repair\n"
    assert fourseat("users", "move", "8011", "-", "--json").json["department"] == ""
    unknown = fourseat("users", "move", "8011", "north")
    assert unknown.code == 1
    assert "fourseat departments list" in unknown.err
