"""Keys of callers reach the menu however a line sends them."""

import re
from pathlib import Path

import pytest

from engine.adapters.asterisk.process import AsteriskProcess
from tests.asterisk_config.conftest import Town
from tests.asterisk_config.telephone import Agi, Hungup, wait_for

pytestmark = pytest.mark.asterisk

KEYS = "1379*#"
FREQUENCIES = ("697+1209", "697+1477", "852+1209", "852+1477", "941+1209", "941+1477")
TONES = ",".join(f"!{pair}/100,!0/100" for pair in FREQUENCIES)


def set_mode(asterisk: AsteriskProcess, etc: Path, mode: str) -> None:
    """How the endpoint of line 1 sends or takes keys."""
    path = etc / "pjsip.conf"
    head, line = path.read_text(encoding="utf-8").split("[line1]", 1)
    text = head + "[line1]" + re.sub(r"dtmf_mode = \w+", f"dtmf_mode = {mode}", line, count=1)
    path.write_text(text, encoding="utf-8")
    asterisk.reload()
    wait_for(
        lambda: re.search(rf"dtmf_mode +: {mode}", asterisk.cli("pjsip show endpoint line1")), f"mode {mode}"
    )


@pytest.mark.parametrize(
    ("line", "gateway", "sends"),
    [
        ("auto", "rfc4733", f"SendDTMF({KEYS},100,100)"),
        ("auto", "info", f"SendDTMF({KEYS},100,100)"),
        ("auto", "inband", f"SendDTMF({KEYS},100,100)"),  # promises no RFC 4733
        ("inband", "rfc4733", f"Playtones({TONES})"),  # promises it, and sends tones all the same
        ("inband", "info", f"SendDTMF({KEYS},100,100)"),
        ("rfc4733", "rfc4733", f"SendDTMF({KEYS},100,100)"),
        ("info", "info", f"SendDTMF({KEYS},100,100)"),
    ],
)
def test_keys_arrive(town: Town, line: str, gateway: str, sends: str) -> None:
    set_mode(town.pbx, town.pbx_paths.etc, line)
    set_mode(town.exchange, town.exchange_paths.etc, gateway)
    pressed: list[str] = []

    def caller(session: Agi) -> None:
        application, _, arguments = sends.removesuffix(")").partition("(")
        session.command("WAIT FOR DIGIT 500")
        session.command(f'EXEC {application} "{arguments}"')
        session.command("WAIT FOR DIGIT 60000")

    def engine(session: Agi) -> None:
        while len(pressed) < len(KEYS):
            reply = session.command("WAIT FOR DIGIT 4000")
            code = int(re.search(r"result=(-?\d+)", reply)[1])  # type: ignore[index]
            if code <= 0:
                raise Hungup
            pressed.append(chr(code))
        session.command("SET VARIABLE FS_DONE 1")

    with town.engine(engine):
        town.call("keys", caller)
        wait_for(lambda: len(pressed) == len(KEYS), f"keys, so far {pressed}", 8)
        town.pbx.cli("channel request hangup all")
    assert "".join(pressed) == KEYS
