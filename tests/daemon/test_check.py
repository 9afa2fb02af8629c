"""`fourseatd check`: each trouble is found and comes with what to do."""

import re
import shutil
import socket
from pathlib import Path

import pytest

from engine.config import parse_config
from engine.daemon.check import Finding, check_site
from engine.daemon.paths import SitePaths
from tests.support.flows import CLASSIC
from tests.support.site import HOME, free_port

pytestmark = pytest.mark.asterisk


def findings(folder: Path, **changes: str) -> list[Finding]:
    """Check a site whose config.toml has some lines changed."""
    text = (HOME / "config.toml").read_text(encoding="utf-8")
    ports = {f"{name}_port": str(free_port()) for name in ("ami", "agi", "sip")}
    for key, value in {"data": f'"{folder / "data"}"', **ports, **changes}.items():
        text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
    config = parse_config(text, "config.toml")
    return list(check_site(config, SitePaths.of(config, HOME)))


def troubles(found: list[Finding], area: str) -> list[Finding]:
    return [finding for finding in found if finding.area == area and not finding.ok]


def test_a_site_without_prompts_is_told_how_to_make_them(tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert {finding.area for finding in found if not finding.ok} <= {"prompts", "clock"}
    assert "fourseat prompts build" in troubles(found, "prompts")[0].remedy
    assert not any(finding.fatal for finding in found if not finding.ok)


def test_a_port_that_another_program_has(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        trouble = troubles(findings(tmp_path, ami_port=str(port)), "ports")
    assert str(port) in trouble[0].text
    assert "ami_port" in trouble[0].remedy


@pytest.mark.parametrize(
    ("key", "value", "area"),
    [
        ("flow", '"flows/none.toml"', "flow"),
        ("monday", '["18:00-08:00"]', "hours"),
        ("hours", '["mon 08:00-12:00"]', "hours"),
        ("working_hours", '["mon 08:00-12:00"]', "hours"),
        ("types", '"no-such-folder"', "tickets"),
        ("music", '"no-such-folder"', "queues"),
        ("announcement", '"no_such_prompt"', "queues"),
        ("data", '"/proc/fourseat"', "disk"),
        ("socket", '"/tmp/' + "x" * 120 + '"', "socket"),
        ("sip_address", '"1.2.3.4; evil"', "asterisk"),
    ],
)
def test_what_cannot_work_is_found(tmp_path: Path, key: str, value: str, area: str) -> None:
    trouble = troubles(findings(tmp_path, **{key: value}), area)
    assert trouble
    assert trouble[0].fatal
    assert trouble[0].remedy


def test_a_type_of_ticket_that_is_wrong_is_named(tmp_path: Path) -> None:
    types = tmp_path / "types"
    shutil.copytree(HOME / "tickets", types)
    file = types / "visit.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("kind =", "kin =", 1), encoding="utf-8")
    (trouble, *_) = troubles(findings(tmp_path, types=f'"{types}"'), "tickets")
    assert "visit.toml" in trouble.text
    assert str(types) in trouble.remedy
    assert troubles(findings(tmp_path), "tickets") == []


def test_a_flow_that_names_an_unknown_queue(tmp_path: Path) -> None:
    flow = tmp_path / "flow.toml"
    text = CLASSIC.read_text(encoding="utf-8")
    flow.write_text(text.replace('queue = "fault"', 'queue = "falt"'), encoding="utf-8")
    trouble = troubles(findings(tmp_path, flow=f'"{flow}"'), "flow")
    assert any("falt" in finding.text for finding in trouble)


def test_what_is_switched_on_has_to_stand_in_the_flow(tmp_path: Path) -> None:
    flow = tmp_path / "flow.toml"
    text = CLASSIC.read_text(encoding="utf-8")
    shorter, end = text.index("# ---- 预约回呼"), 'callback = "callback"'
    flow.write_text(re.sub(rf"^{end}.*$", "", text[:shorter], flags=re.MULTILINE), encoding="utf-8")
    wanted = {"survey": "true", "enabled": "true"}
    trouble = troubles(findings(tmp_path, flow=f'"{flow}"', **wanted), "flow")
    trouble = [finding for finding in trouble if "operator" not in finding.text]
    assert [finding.fatal for finding in trouble] == [False, False]
    assert "a queue has a survey" in trouble[0].text
    assert "[callback] is enabled" in trouble[1].text
    assert not troubles(findings(tmp_path, **wanted), "flow")
