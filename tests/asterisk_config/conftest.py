"""A PBX and an exchange, rendered from the shipped config.toml and running for the tests of this folder."""

import csv
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from engine.adapters.asterisk.ports import PortBlock, free_ports
from engine.adapters.asterisk.process import AsteriskProcess
from engine.adapters.asterisk.render import (
    CDR_FIELDS,
    ExchangeSettings,
    InstancePaths,
    render_exchange,
    render_pbx,
    write_if_changed,
)
from engine.config import Config, parse_config
from engine.provision.asterisk import AsteriskInstall, ensure_asterisk
from tests.asterisk_config.telephone import Agi, AgiServer, Ami, wait_for

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {"ami": "pbx-secret", "seat.seat1": "phone-1", "seat.seat2": "phone-2"}
Play = Callable[[Agi], None]


def shipped_config() -> Config:
    return parse_config((ROOT / "config.toml").read_text(encoding="utf-8"), "config.toml")


def local_config(ports: PortBlock) -> Config:
    """The shipped configuration on loopback and free ports; the line `raw` is for the tests' own sockets."""
    config = shipped_config()
    asterisk = msgspec.structs.replace(
        config.asterisk,
        sip_address="127.0.0.1",
        sip_port=ports.sip,
        ami_port=ports.ami,
        agi_port=ports.agi,
        rtp_first=ports.rtp[0],
        rtp_last=ports.rtp[1],
    )
    lines = [*config.lines, msgspec.structs.replace(config.lines[0], id="raw", number="")]
    lines = [
        msgspec.structs.replace(line, host="127.0.0.1", port=ports.line(n)) for n, line in enumerate(lines)
    ]
    return msgspec.structs.replace(config, asterisk=asterisk, lines=lines)


def phone_lines(ports: PortBlock, seat: str, secret: str, number: str, port: int) -> str:
    """A phone at the exchange: registers as a seat, and rings as `number` there."""
    return f"""
[transport-{seat}]
type = transport
protocol = udp
bind = 127.0.0.1:{port}

[{seat}-auth]
type = auth
username = {seat}
password = {secret}

[{seat}-registration]
type = registration
transport = transport-{seat}
outbound_auth = {seat}-auth
server_uri = sip:127.0.0.1:{ports.sip}
client_uri = sip:{seat}@127.0.0.1:{ports.sip}
contact_user = {number}
retry_interval = 1
expiration = 300
"""


@dataclass
class Town:
    """PBX, exchange, and what is said at the exchange."""

    ports: PortBlock
    config: Config
    pbx: AsteriskProcess
    pbx_paths: InstancePaths
    exchange: AsteriskProcess
    exchange_paths: InstancePaths
    callers: dict[str, Play] = field(default_factory=dict)
    phones: dict[str, Play] = field(default_factory=dict)

    def call(self, script: str, play: Play, *, cli: str = "13893110001", did: str = "96335") -> None:
        """A call from outside on line 1; `play` is the caller once it is answered."""
        self.callers[script] = play
        ami = Ami(self.ports.exchange_ami, "driver", "exchange-secret")
        answer = ami.ask(
            Action="Originate",
            Channel=f"PJSIP/{did}@line1",
            Context="caller",
            Exten="s",
            Priority="1",
            CallerID=cli,
            Variable=f"SCRIPT={script}",
            Async="true",
        )
        ami.close()
        assert answer["Response"] == "Success", answer

    def dial_from_seat(self, number: str) -> None:
        """What a seat gets that dials `number` on its phone."""
        ami = Ami(self.ports.ami, self.config.asterisk.ami_user, SECRETS["ami"])
        answer = ami.ask(
            Action="Originate",
            Channel=f"Local/{number}@from-seat",
            Context="engine-agent",
            Exten="s",
            Priority="1",
            CallerID="801",
            Async="true",
        )
        ami.close()
        assert answer["Response"] == "Success", answer

    def play(self, session: Agi) -> None:
        """The exchange's switchboard: callers by script name, phones by number."""
        if session.script == "caller":
            self.callers[session.argument(1)](session)
        else:
            self.phones[session.argument(1)](session)

    def records(self) -> list[dict[str, str]]:
        """The lines that the PBX wrote about calls."""
        path = self.pbx_paths.log / "cdr-custom" / "fourseat.csv"
        if not path.exists():
            return []
        with open(path, newline="", encoding="utf-8") as file:
            return [dict(zip(CDR_FIELDS, row, strict=True)) for row in csv.reader(file)]

    def record_of(self, cli: str) -> dict[str, str]:
        """The finished record of the call from `cli`."""

        def look() -> dict[str, str] | None:
            found = [row for row in self.records() if row["fs_cli"] == cli and row["fs_final"] == "1"]
            assert len(found) <= 1, found
            return found[0] if found else None

        found = wait_for(look, f"the record of the call from {cli}")
        assert found is not None
        return found

    def phone(self, seat: str, number: str, play: Play) -> None:
        """Switch a seat's phone on; `play` has it ringing, and answers it or not."""
        self.phones[number] = play
        path = self.exchange_paths.etc / "pjsip.conf"
        port = self.ports.spare[len(self.phones)]
        text = path.read_text(encoding="utf-8")
        path.write_text(text + phone_lines(self.ports, seat, SECRETS[f"seat.{seat}"], number, port))
        self.exchange.cli("module load res_pjsip_outbound_registration.so")
        self.exchange.reload()
        wait_for(lambda: f"{seat}/sip:{number}@" in self.pbx.cli("pjsip show contacts"), f"phone {seat}")

    @contextmanager
    def engine(self, play: Play) -> Iterator[None]:
        """Something listens on the engine's AGI port."""
        with serving(self.ports.agi, play):
            yield

    def errors(self) -> list[str]:
        """What the PBX logged as an error, but for phones that are not there."""
        log = (self.pbx_paths.log / "messages.log").read_text(encoding="utf-8", errors="replace")
        usual = r"Failed to create outgoing session|Could not create dialog to invalid URI"
        return [line for line in log.splitlines() if "ERROR[" in line and not re.search(usual, line)]


@contextmanager
def serving(port: int, play: Play) -> Iterator[None]:
    with AgiServer(port, play) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="session")
def install() -> AsteriskInstall:
    return ensure_asterisk(lambda what, share: None)


@pytest.fixture(scope="module")
def edits() -> dict[str, str]:
    """What a test module wants otherwise in the PBX's dialplan: text to be found, and its replacement."""
    return {}


@pytest.fixture(scope="module")
def town(
    install: AsteriskInstall, edits: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    base = tmp_path_factory.mktemp("town")
    with free_ports() as ports:
        config = local_config(ports)
        pbx_paths, exchange_paths = InstancePaths.below(base / "pbx"), InstancePaths.below(base / "exchange")
        pbx_paths.create()
        exchange_paths.create()
        files = render_pbx(config, paths=pbx_paths, secrets=SECRETS, install=install)
        for found, replacement in edits.items():
            assert found in files["extensions.conf"]
            files["extensions.conf"] = files["extensions.conf"].replace(found, replacement)
        write_if_changed(pbx_paths.etc, files)
        settings = ExchangeSettings(
            ports.exchange_ami, "driver", "exchange-secret", ports.exchange_agi, *ports.exchange_rtp
        )
        exchange_config = msgspec.structs.replace(config, lines=config.lines[:2])
        files = render_exchange(exchange_config, paths=exchange_paths, exchange=settings, install=install)
        write_if_changed(exchange_paths.etc, files)
        pbx = AsteriskProcess(install, pbx_paths.etc, pbx_paths.run)
        exchange = AsteriskProcess(install, exchange_paths.etc, exchange_paths.run)
        town = Town(ports, config, pbx, pbx_paths, exchange, exchange_paths)
        try:
            exchange.start()
            pbx.start()
            with serving(ports.exchange_agi, town.play):
                yield town
        finally:
            pbx.stop()
            exchange.stop()
