"""Callers serve themselves on the shipped flow: what each hears, and what the office has of it afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from engine.core.notices import NoticeKind
from engine.core.states import CallState
from engine.core.tickets.heard import SOMEBODY, STATUS, Heard
from engine.core.tickets.records import Act
from engine.core.tickets.states import Deed
from engine.daemon.people import pin_fits
from engine.daemon.services.tickets import expected_text, moment_text
from engine.wire.notices import AddNoticeParams, NoticeIdParams
from engine.wire.tickets import ActParams
from tests.real.office import Office, all_of, cli_of, in_days, open_office
from tests.real.said import Visitor
from tests.real.world import CALLER, call_in, cut_short
from tests.support.centre import Whole, eventually
from tests.support.heard import RATE, Sound

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

DESCRIBED = ("fault_describe", "fault_describe_unknown", "case_remark", "speak_complaint")
EAST, NORTH = "东山片区", "北山片区"


def words(seconds: float) -> Sound:
    """What a caller says, known again by its tone."""
    times = np.arange(round(seconds * RATE)) / RATE
    return Sound(0.3 * np.sin(2 * np.pi * CALLER * times))


@pytest.fixture(scope="module")
def authorised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the gateway of the smart cards writes down what it was told."""
    return tmp_path_factory.mktemp("cards") / "authorised"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(whole_centre: Whole, authorised: Path) -> AsyncIterator[Office]:
    def with_cards(settings: dict[str, Any]) -> None:
        settings["boss"]["authorise"] = ["/bin/sh", "-c", f'echo "$FOURSEAT_CARD" >> {authorised}']

    async with open_office(whole_centre, with_cards) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def office(running: Office, real: Whole) -> AsyncIterator[Office]:
    await real.desk("seat1", ready=False)  # somebody is on duty, or nobody may wait
    yield running
    await running.gateway.hang_up_all()


@pytest.fixture
def brief(office: Office) -> Iterator[None]:
    """Only the beginning of what is said before a beep."""
    with cut_short(office.real, 1.2, *DESCRIBED):
        yield


async def person(office: Office, caller: Visitor, queue_id: str = "general") -> None:
    """The caller presses 0, and waits for a person."""
    await caller.press("0")
    await call_in(office.real, caller.cli, CallState.QUEUED)
    (view,) = [view for view in (await office.real.floor()).calls if view.cli == caller.cli]
    assert view.queue_id == queue_id, caller.cli
    await caller.hang_up()


# The account


async def test_the_account_by_key(office: Office, authorised: Path) -> None:
    await all_of(
        _hears_balance_and_bills(office),
        _owes_and_pays(office),
        _shares_a_number(office),
        _signs_in_wrongly(office),
        _cancels_a_package(office),
        _orders_a_package(office),
        _refreshes_the_card(office, authorised),
        _changes_the_password(office),
    )
    office.secrets_kept()


async def _hears_balance_and_bills(office: Office) -> None:
    customer = office.customer(221, balance=12_850)
    office.do(
        *(
            ("INSERT INTO bills VALUES (?, ?, ?, ?, ?)", customer.id, month, item, fen, place)
            for month, item, fen, place in (
                ("2026-10", "数字电视基本收视费", 2_600, 0),
                ("2026-10", "点播", 1_205, 1),
            )
        )
    )
    caller = await office.call(cli_of(221))
    await caller.press("5,1")
    await caller.hears_out("balance_paid", balance=12_850)
    await caller.press("1,2")
    await caller.hears_out("bill", month="2026-10", item="数字电视基本收视费", amount=2_600)
    await caller.press("2")
    await caller.hears_out("bill", month="2026-10", item="点播", amount=1_205)
    await person(office, caller)


async def _owes_and_pays(office: Office) -> None:
    card = office.card("66000221", "8342965017", 5_000)
    office.secrets.add("8342965000")
    customer = office.customer(222, balance=-2_600)
    caller = await office.call(cli_of(222))
    await caller.press("5,1")
    await caller.hears_out("balance_owing", arrears=2_600)
    await caller.press(f"1,{card.number}#")
    await caller.hears("card_confirm", card=card.number)
    await caller.press("1")
    await caller.hears("enter_card_secret")
    await caller.press("8342965000#")
    await caller.hears("card_wrong")
    assert not office.paid_with(card, customer)
    await caller.press(f"1,{card.number}#")
    await caller.hears("card_confirm", card=card.number)
    await caller.press("1")
    await caller.hears("enter_card_secret")
    await caller.press(f"{card.secret}#")
    await caller.hears_out("paid", amount=5_000, balance=2_400)
    assert office.paid_with(card, customer)
    await caller.press("1,3")
    await caller.hears("enter_card")
    await caller.press(f"{card.number}#")
    await caller.hears("card_confirm", card=card.number)
    await caller.press("1")
    await caller.hears("enter_card_secret")
    await caller.press(f"{card.secret}#")
    await caller.hears("card_spent")
    assert office.paid_with(card, customer)
    await caller.hang_up()


async def _shares_a_number(office: Office) -> None:
    office.customer(223, balance=100, address="南湖乡东街1号")
    second = office.customer(224, balance=20_000, address="南湖乡西街88号", phones=(cli_of(224), cli_of(223)))
    caller = await office.call(cli_of(223))
    await caller.press("5")
    await caller.hears("several_addresses")
    await caller.hears_out("address", address="南湖乡东街1号")
    await caller.press("2")
    await caller.hears("address", address="南湖乡西街88号")
    await caller.press("1")
    await caller.hears("account_menu")
    await caller.press("1")
    await caller.hears_out("balance_paid", balance=20_000)
    await caller.hang_up()
    await office.visit(cli_of(223))
    assert office.rows("SELECT customer_id FROM calls WHERE cli = ?", cli_of(223)) == [(second.id,)]


async def _signs_in_wrongly(office: Office) -> None:
    """Whether the number is nobody's or the password is wrong, the words are the same; then it is enough."""
    customer = office.customer(225, password="618227394")
    office.secrets |= {"5102938475", "6172839405"}
    caller = await office.call("13911125000")
    await caller.press("5")
    await caller.hears("enter_account")
    for account, password, answer in (
        ("99999999", "5102938475", "sign_in_wrong"),
        (customer.card_number, "6172839405", "sign_in_wrong"),
        (customer.customer_number, "6182273940", "sign_in_wrong"),
        (customer.customer_number, "618227394", "sign_in_locked"),
    ):
        await caller.press(f"{account}#")  # the second time already while it is said what was wrong
        await caller.hears("enter_password")
        await caller.press(f"{password}#")
        await caller.hears(answer)
    await caller.hang_up()
    await office.visit(caller.cli)
    assert office.rows("SELECT customer_id FROM calls WHERE cli = ?", caller.cli) == [(None,)]


async def _cancels_a_package(office: Office) -> None:
    until = in_days(office.today, 40)
    customer = office.customer(226, password="730618254", packages=("高清影视包",))
    held = "SELECT customer_id, package_id, ?, 2000, 0 FROM customer_packages WHERE customer_id = ?"
    office.do((f"INSERT INTO subscriptions {held}", until, customer.id))
    caller = await office.call(cli_of(226))
    await caller.press("5,4,1")
    await caller.hears_out("package", name="高清影视包", until=until, price=2_000)
    await caller.press("1")
    await caller.hears("cancel_confirm", name="高清影视包", until=until)
    await caller.press("1")
    await caller.hears("enter_password")
    await caller.press("730618250#")
    await caller.hears("password_wrong")
    await caller.hears("enter_password")
    await caller.press("730618254#")
    await caller.hears_out("package_cancelled", name="高清影视包", until=until)
    assert office.rows("SELECT cancelled FROM subscriptions WHERE customer_id = ?", customer.id) == [(1,)]
    await caller.hang_up()


async def _orders_a_package(office: Office) -> None:
    buyer = office.customer(227, balance=3_000, password="914573826")
    other = office.customer(228, balance=800, password="914573827")
    office.do(
        ("UPDATE offers SET on_sale = 0",),
        ("INSERT INTO offers (name, price_fen, months) VALUES ('戏曲点播包', 1500, 1)",),
    )
    rich, poor = await office.call(cli_of(227)), await office.call(cli_of(228))
    for caller in (rich, poor):
        await caller.press("5,4,2")
    await rich.hears_out("offer", name="戏曲点播包", price=1_500, months=1)
    for caller in (rich, poor):
        await caller.press("1")
    await rich.hears_out("order_confirm", name="戏曲点播包", price=1_500)
    for caller, password in ((rich, "914573826"), (poor, "914573827")):
        await caller.press("1")
        await caller.hears("enter_password")
        await caller.press(f"{password}#")
    await poor.hears("order_too_little", balance=800, price=1_500)
    ((until,),) = office.rows("SELECT until FROM subscriptions WHERE customer_id = ?", buyer.id)
    await rich.hears_out("ordered", name="戏曲点播包", until=until, price=1_500, balance=1_500)
    payments = "SELECT kind, amount_fen, what FROM payments WHERE customer_id = ?"
    assert office.rows(payments, buyer.id) == [("order", -1_500, "戏曲点播包")]
    assert office.rows(payments, other.id) == []
    assert (office.balance(buyer), office.balance(other)) == (1_500, 800)
    await rich.hang_up()
    await person(office, poor)


async def _refreshes_the_card(office: Office, authorised: Path) -> None:
    customer = office.customer(229)
    office.customer(230, card_number="")
    caller, other = await office.call(cli_of(229)), await office.call(cli_of(230))
    for one in (caller, other):
        await one.press("5,5,1")
    await caller.hears("refreshed")
    assert await asyncio.to_thread(authorised.read_text) == f"{customer.card_number}\n"
    await other.hears_out("refresh_no_card")
    await caller.hang_up()
    await person(office, other)


async def _changes_the_password(office: Office) -> None:
    customer = office.customer(231, password="248135790")
    office.secrets |= {"730951826", "730951820"}
    caller = await office.call(cli_of(231))
    await caller.press("5,5,3")
    await caller.hears("enter_password")
    await caller.press("248135790#")
    for new, again, answer in (
        ("730951826", "730951820", "password_different"),
        ("111111", "111111", "password_weak"),
        ("730951826", "730951826", "password_changed"),
    ):
        await caller.hears("enter_new_password")
        await caller.press(f"{new}#")
        await caller.hears("enter_password_again")
        await caller.press(f"{again}#")
        await caller.hears(answer)
    ((kept,),) = office.rows("SELECT hash FROM customer_passwords WHERE customer_id = ?", customer.id)
    assert await asyncio.to_thread(pin_fits, kept, "730951826")
    await caller.hang_up()


# Faults, messages, tickets


@pytest.mark.usefixtures("brief")
async def test_what_callers_tell(office: Office) -> None:
    notice = await office.real.ask(
        "notices.add", AddNoticeParams(areas=(EAST,), text="本周六上午八点到十点线路检修。")
    )
    await all_of(
        _reports_a_fault_and_follows_it(office),
        _reports_without_a_word(office),
        _complains(office),
        _hears_the_news(office),
        _waits_for_the_repair(office),
    )
    await office.real.ask("notices.end", NoticeIdParams(id=notice.notice.id))


async def _ticket(office: Office, cli: str) -> tuple[str, int]:
    """Number and expected end of the one ticket told from a number, once it is stored."""

    async def there() -> tuple[str, int] | None:
        rows = office.rows("SELECT number, resolve_by FROM tickets WHERE phone = ?", cli)
        assert len(rows) <= 1
        return (str(rows[0][0]), int(rows[0][1])) if rows else None

    found: tuple[str, int] = await eventually(there, 10, f"a ticket of {cli}")
    return found


async def _reports_a_fault_and_follows_it(office: Office) -> None:
    cli = cli_of(241)
    zone = office.zone
    office.customer(241)
    caller = await office.call(cli)
    await caller.press("2,1,1")
    await caller.leaves_message("fault_describe", words(1.5))
    number, expected_at = await _ticket(office, cli)
    await caller.hears_out("fault_reported", number=number)
    await caller.hears("fault_expected", expected=expected_text(expected_at, zone))
    await caller.press("1")
    await caller.hears("fault_reported", number=number)
    await caller.hang_up()
    spoken = _recordings(office, number)
    assert len(spoken) == 1
    assert spoken[0].tone_seconds(CALLER) == pytest.approx(1.5, abs=0.4)

    await _deed(office, number, Deed.ASSIGN, target="王师傅")
    caller = await office.call(cli)
    await caller.press("2")
    await caller.hears("fault_has_case")
    await caller.press("1")
    await caller.hears_out(
        "case",
        reported=office.today.isoformat(),
        about="数字电视无信号",
        status=STATUS[Heard.DISPATCHED].zh,
    )
    await caller.press("1")
    expected = expected_text(expected_at, zone)
    await caller.hears_out("case_dispatched", number=number, technician="王师傅", expected=expected)
    await caller.press("1")
    await caller.leaves_message("case_remark", words(1.5))
    await caller.hears("remark_kept")
    assert len(_recordings(office, number)) == 2
    await caller.hang_up()

    await _settle(office, number)
    caller = await office.call(cli)
    await caller.press("5,5,2")
    await caller.hears(
        "case", reported=office.today.isoformat(), about="数字电视无信号", status=STATUS[Heard.DONE].zh
    )
    await caller.press("1")
    await caller.hears("case_done", number=number, technician="王师傅")
    await caller.press("1,7")
    await caller.hears("survey_wrong_key")
    await caller.press("5")
    await caller.hears("survey_thanks")
    marks = office.rows("SELECT state, satisfied FROM tickets WHERE number = ?", number)
    assert marks == [("replied", 5)]
    await person(office, caller)


async def _deed(office: Office, number: str, deed: Deed, **values: Any) -> None:
    await office.real.ask("tickets.act", ActParams(number=number, act=Act(deed=deed, **values)))


async def _settle(office: Office, number: str) -> None:
    """The technician has been there, and somebody has told the customer."""
    kinds = {kind.id: kind for kind in (await office.real.ask("tickets.words")).types}
    await _deed(office, number, Deed.ACCEPT)
    for point, _ in kinds["fault"].checklist:
        await _deed(office, number, Deed.CHECK, target=point)
    await _deed(office, number, Deed.RETURN, text="更换接头", code=kinds["fault"].causes[0][0])
    await _deed(office, number, Deed.REPLY, text="已修复")


def _recordings(office: Office, number: str) -> list[Sound]:
    """What callers have said of a ticket."""
    rows = office.rows(
        "SELECT f.name, f.error FROM ticket_files f JOIN tickets t ON t.id = f.ticket_id"
        " WHERE t.number = ? ORDER BY f.at",
        number,
    )
    assert all(not error for _, error in rows)
    return [Sound.of(office.real.centre.site.paths.messages / name) for name, _ in rows]


async def _reports_without_a_word(office: Office) -> None:
    """A fault without a recording, told twice: it is one ticket; then it is taken back."""
    cli = cli_of(242)
    office.customer(242)
    caller = await office.call(cli)
    await caller.press("2,2,1")
    await caller.leaves_message("fault_describe", None)
    number, expected_at = await _ticket(office, cli)
    await caller.hears_out("fault_reported", number=number)
    await caller.press("*")
    await caller.hears("main_menu")
    await caller.press("2,2,1")
    await caller.leaves_message("fault_describe", None)
    await caller.hears("fault_already", number=number)
    assert _recordings(office, number) == []
    await caller.press("*")
    await caller.hears("main_menu")
    await caller.press("5,5,2")
    await caller.hears(
        "case", reported=office.today.isoformat(), about="宽带无法上网", status=STATUS[Heard.DISPATCHED].zh
    )
    await caller.press("1")
    expected = expected_text(expected_at, office.zone)
    await caller.hears("case_dispatched", number=number, technician=SOMEBODY.zh, expected=expected)
    await caller.press("2")
    await caller.hears("case_cancel_confirm")
    await caller.press("1")
    await caller.hears("case_now_cancelled")
    assert office.rows("SELECT state FROM tickets WHERE phone = ?", cli) == [("cancelled",)]
    await caller.hang_up()


async def _complains(office: Office) -> None:
    """First without a word, then with some."""
    cli = "13911143000"
    caller = await office.call(cli)
    await caller.press("3,1")
    await caller.leaves_message("speak_complaint", None)
    await caller.hears("message_too_short")
    await caller.leaves_message("speak_complaint", words(2.5))
    number, _ = await _ticket(office, cli)
    await caller.hears_out("registered", number=number)
    assert office.rows("SELECT type, state FROM tickets WHERE number = ?", number) == [("complaint", "new")]
    (spoken,) = _recordings(office, number)
    assert spoken.tone_seconds(CALLER) == pytest.approx(2.5, abs=0.4)
    await person(office, caller, "complaint")


async def _hears_the_news(office: Office) -> None:
    """Who lives there hears it, and may pass it by with a key of the main menu; others hear nothing."""
    office.customer(244, area=EAST)
    office.customer(245, area="西山片区")
    concerned, other = await office.call(cli_of(244)), await office.call(cli_of(245))
    await concerned.hears("notice", news="本周六上午八点到十点线路检修。")
    await concerned.press("1")
    await concerned.hears("information_menu")
    await concerned.press("4")
    await concerned.hears("info_halls")
    await other.hears("main_menu")
    await other.hang_up()
    await person(office, concerned, "enquiry")


async def _waits_for_the_repair(office: Office) -> None:
    """An outage is told before the menu; who asks for it is put down to be called when it is over."""
    real = office.real
    until = office.hours_from_now(5)
    params = AddNoticeParams(kind=NoticeKind.OUTAGE, areas=(NORTH,), until_at=until, text="北山光缆抢修")
    outage = (await real.ask("notices.add", params)).notice
    office.customer(246, area=NORTH)
    caller = await office.call(cli_of(246))
    await caller.hears_out("outage", outage_text="北山光缆抢修")
    await caller.hears_out("outage_expected", expected=moment_text(until, office.zone))
    await caller.press("#")
    await caller.hears("repair_call_kept")
    await caller.hang_up()
    watchers = office.rows("SELECT number, told_at FROM outage_watchers WHERE notice_id = ?", outage.id)
    assert watchers == [(caller.cli, 0)]
    ended = await real.ask("notices.end", NoticeIdParams(id=outage.id))
    assert ended.to_call == 1
    tasks = office.rows("SELECT number, remark FROM callbacks WHERE kind = 'repaired' AND state <> 'done'")
    assert tasks == [(caller.cli, "北山光缆抢修")]
    again = await office.call(caller.cli)
    await again.hears("main_menu")
    await again.hang_up()
