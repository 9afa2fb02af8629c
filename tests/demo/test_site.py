"""The practice site's files."""

import tomllib
from pathlib import Path

from db.store import Store
from db.users import list_users
from engine.adapters.asterisk.ports import free_ports
from engine.core.states import Role
from engine.daemon.demo.site import HOME, fill_database, toml_text, write_site
from engine.daemon.plan import load_plan
from engine.daemon.prompts import catalogue_of
from tests.support.tickets import all_tickets

PHONES = {"seat1": "auto", "seat2": "ring"}


def test_the_shipped_configuration_survives_being_written() -> None:
    shipped = tomllib.loads((HOME / "config.toml").read_text(encoding="utf-8"))
    assert tomllib.loads(toml_text(shipped)) == shipped


def test_odd_text_survives_being_written() -> None:
    settings = {
        "a": {"x": 'quote " and \\ backslash', "n": 3, "yes": True, "list": ["é", "中"]},
        "b": [{"k": "v"}],
    }
    assert tomllib.loads(toml_text(settings)) == settings


def test_a_site_is_complete_and_listens_on_loopback_only(tmp_path: Path) -> None:
    with free_ports() as ports:
        site = write_site(tmp_path, ports, PHONES, {"ring_seconds": 5})
    assert [(seat.id, seat.phone) for seat in site.config.seats] == list(PHONES.items())
    assert {queue.ring_seconds for queue in site.config.queues} == {5}
    assert {line.host for line in site.config.lines} | {site.config.asterisk.sip_address} == {"127.0.0.1"}
    assert len({line.port for line in site.config.lines}) == len(site.config.lines)
    assert load_plan(site.config, site.paths.home, catalogue_of(site.paths)).flow.start
    assert (site.paths.home / "voice_prompts" / "prompts.toml").exists()
    assert site.paths.data.is_relative_to(tmp_path)


def test_people_and_customers_are_filled_in_once(tmp_path: Path) -> None:
    with free_ports() as ports:
        site = write_site(tmp_path, ports, PHONES)
    for _ in range(2):
        fill_database(site, len(PHONES), seed=1, now=1_800_000_000_000)
    store = Store(site.paths.database)
    store.open()
    try:
        users = store.read(list_users).result()
        customers = store.read(lambda conn: conn.execute("SELECT count(*) FROM customers").fetchone()[0])
        assert [(user.staff_number, user.role) for user in users] == [
            ("7001", Role.STATION),
            ("8001", Role.AGENT),
            ("8002", Role.AGENT),
            ("8801", Role.SUPERVISOR),
            ("8901", Role.ADMIN),
        ]
        assert customers.result() == 300
        tickets = store.read(all_tickets).result()
        assert {ticket.owner for ticket in tickets} == {"8801"}
        assert {ticket.department for ticket in tickets} >= {"", "east"}
    finally:
        store.close()
