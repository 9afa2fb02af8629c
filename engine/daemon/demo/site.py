"""The configuration and the people of a practice site."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import engine
from db.demo_data import make_demo
from db.store import Store
from db.users import add_user, find_user
from engine.adapters.asterisk.ports import PortBlock
from engine.config import Config, parse_config
from engine.core.records import Millis, User
from engine.core.states import Role
from engine.daemon.demo.self_service import PASSWORD, County, fill_self_service
from engine.daemon.install import SITE_FOLDERS
from engine.daemon.paths import SitePaths
from engine.daemon.people import hash_pin
from engine.daemon.services.boss import card_key
from engine.daemon.tickets.book import load_book, rules_of

HOME = Path(engine.__file__).resolve().parents[1]
"""Where the shipped configuration and the folders beside it are."""

NUMBER = "96335"
CUSTOMERS = 300
LINES = ("line1", "line2")
_STATION = "east"
_STATION_AREAS = ["双塔片区", "柳林片区", "白杨片区", "大湾片区"]  # where some of the customers live


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in at the practice site; the PIN is no secret here."""

    staff_number: str
    name: str
    role: Role
    pin: str
    department: str = ""


def people(seats: int) -> list[Person]:
    """An agent for each seat, one supervisor, one administrator, one maintenance station."""
    names = ("林晓燕", "陈志强", "周丽", "马建国")
    agents = [
        Person(f"80{number:02}", names[(number - 1) % len(names)], Role.AGENT, "2468")
        for number in range(1, seats + 1)
    ]
    return [
        *agents,
        Person("8801", "班长", Role.SUPERVISOR, "8642"),
        Person("8901", "管理员", Role.ADMIN, "9753"),
        Person("7001", "东山站", Role.STATION, "1357", _STATION),
    ]


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A practice site's configuration file, read."""

    config_file: Path
    config: Config
    paths: SitePaths


def write_site(
    folder: Path,
    ports: PortBlock,
    phones: Mapping[str, str],
    queue_settings: Mapping[str, int] | None = None,
    channels: int = 1,
) -> DemoSite:
    """Write the configuration of a site with these phones (`ring` or `auto` by seat id).

    `queue_settings` go into every queue; each line takes `channels` calls at once. Raises OSError.
    """
    shipped = tomllib.loads((HOME / "config.toml").read_text(encoding="utf-8"))
    settings = _settings(shipped, ports, phones, channels)
    settings["queues"] = [queue | (queue_settings or {}) for queue in settings["queues"]]
    text = "# Made by `fourseatd demo`. Changes here are lost.\n" + toml_text(settings)
    folder.mkdir(parents=True, exist_ok=True)
    for name in SITE_FOLDERS:
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(HOME / name)
    config_file = folder / "config.toml"
    config_file.write_text(text, encoding="utf-8")
    config = parse_config(text, str(config_file))
    return DemoSite(config_file, config, SitePaths.of(config, folder))


def _settings(
    shipped: dict[str, Any], ports: PortBlock, phones: Mapping[str, str], channels: int
) -> dict[str, Any]:
    rtp_first, rtp_last = ports.rtp
    return shipped | {
        "site": shipped["site"] | {"data": "data", "socket": ""},
        "asterisk": shipped["asterisk"]
        | {
            "kind": "private",
            "sip_address": "127.0.0.1",
            "sip_port": ports.sip,
            "ami_port": ports.ami,
            "agi_port": ports.agi,
            "rtp_first": rtp_first,
            "rtp_last": rtp_last,
        },
        "boss": shipped["boss"] | {"authorise": ["true"]},  # every smart card obeys
        "departments": [
            one | ({"areas": _STATION_AREAS} if one["id"] == _STATION else {})
            for one in shipped["departments"]
        ],
        "alarms": shipped["alarms"] | {"clock_sync": False},  # whose clock it is does not matter here
        "lines": [
            {
                "id": line_id,
                "name": f"外线{number + 1}",
                "number": NUMBER if number == 0 else "",
                "host": "127.0.0.1",
                "port": ports.line(number),
                "channels": channels,
            }
            for number, line_id in enumerate(LINES)
        ],
        "seats": [
            {"id": seat_id, "name": f"{number}号席", "extension": f"80{number}", "phone": phone}
            for number, (seat_id, phone) in enumerate(phones.items(), 1)
        ],
    }


def toml_text(settings: Mapping[str, Any]) -> str:
    """TOML of plain values, sections and lists of sections, which is all that config.toml has."""
    parts = []
    for name, value in settings.items():
        sections = value if isinstance(value, list) else [value]
        heading = f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
        for section in sections:
            lines = [f"{key} = {_toml_value(item)}" for key, item in section.items()]
            parts.append("\n".join([heading, *lines]))
    return "\n\n".join(parts) + "\n"


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(_toml_value(item) for item in value)}]"
    assert isinstance(value, str)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def fill_database(site: DemoSite, seats: int, seed: int, now: Millis) -> None:
    """Give the site its people and customers, where they are not there already. Blocks. Raises DbError."""
    site.paths.create()
    store = Store(site.paths.database)
    store.open()
    try:
        for person in people(seats):
            if store.read(find_user, person.staff_number).result() is None:
                user = User(
                    staff_number=person.staff_number,
                    name=person.name,
                    role=person.role,
                    department=person.department,
                )
                store.submit(add_user, user, hash_pin(person.pin)).result()
        if not store.read(_has_customers).result():
            store.submit(make_demo, CUSTOMERS, seed, now=now, staff=("8001", "8002")).result()
            county = County(
                customers=CUSTOMERS,
                now=now,
                zone=ZoneInfo(site.config.site.timezone),
                card_key=card_key(site.paths),
                password_hash=hash_pin(PASSWORD),
                rules=rules_of(site.config, load_book(site.config, site.paths.home).book),
            )
            store.submit(fill_self_service, county).result()
    finally:
        store.close()


def _has_customers(conn: Any) -> bool:
    return conn.execute("SELECT 1 FROM customers LIMIT 1").fetchone() is not None
