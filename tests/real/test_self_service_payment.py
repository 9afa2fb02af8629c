"""A payment that breaks off anywhere is made once or not at all, and the same card tells which."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager

import pytest
import pytest_asyncio

from engine.adapters.phone import PhoneState
from engine.core.records import Customer
from engine.core.states import CallState
from tests.real.office import Office, RechargeCard, all_of, open_office
from tests.real.said import Visitor
from tests.real.world import SEAT_TONES, call_in
from tests.support.centre import Whole, eventually
from tests.support.until import until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

LOCKED_S = 3.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(whole_centre: Whole) -> AsyncIterator[Office]:
    async with open_office(whole_centre) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def office(running: Office, real: Whole) -> AsyncIterator[Office]:
    await real.desk("seat1", ready=False)
    yield running
    await running.gateway.hang_up_all()


class Payer:
    """A customer with a card, who is to pay it in."""

    def __init__(self, office: Office, number: int, secret: str) -> None:
        self.office = office
        self.customer: Customer = office.customer(number, balance=1_000)
        self.card: RechargeCard = office.card(f"66000{number}", secret, 5_000)

    @property
    def is_paid(self) -> bool:
        """Whether it is; half of it fails."""
        return self.office.paid_with(self.card, self.customer)

    async def at_the_secret(self) -> Visitor:
        """A call in which only the secret is missing."""
        caller = await self.office.call(self.customer.phones[0])
        await caller.press(f"5,3,{self.card.number}#")
        await caller.hears("card_confirm", card=self.card.number)
        await caller.press("1")
        await caller.hears("enter_card_secret")
        return caller

    async def pays(self) -> Visitor:
        """A call in which the last key has been pressed."""
        caller = await self.at_the_secret()
        await caller.press(f"{self.card.secret}#")
        return caller

    async def until_paid(self) -> None:
        """The money is there."""

        async def there() -> bool | None:
            return self.is_paid or None

        await eventually(there, 10, f"{self.card.number} paid in")

    async def tries_again(self) -> None:
        """The same card once more: it is refused where it was paid in, else it is paid in now."""
        was_paid = self.is_paid
        caller = await self.pays()
        if was_paid:
            await caller.hears("card_spent")
        else:
            await caller.hears("paid", amount=5_000, balance=6_000)
        assert self.is_paid
        await caller.hang_up()


async def test_the_caller_hangs_up_anywhere(office: Office) -> None:
    payers = [Payer(office, 301 + number, f"70318{number}6245") for number in range(5)]
    keying, last_key, asked, answered, hearing = payers
    await all_of(
        _hangs_up_while_keying(keying),
        _hangs_up_after_the_last_key(last_key),
        _hangs_up_before_the_sentence(answered),
        _hangs_up_in_the_sentence(hearing),
    )
    caller = await asked.at_the_secret()
    with database_locked(office):
        await caller.press(f"{asked.card.secret}#")
        await caller.hears("please_wait")  # the question waits at the database
        await caller.hang_up()
        assert not asked.is_paid
    await asked.until_paid()  # what was asked for is seen to its end
    states = {"keying": keying.is_paid, "answered": answered.is_paid, "hearing": hearing.is_paid}
    assert states == {"keying": False, "answered": True, "hearing": True}
    await all_of(*(payer.tries_again() for payer in payers))
    office.secrets_kept()


async def _hangs_up_while_keying(payer: Payer) -> None:
    caller = await payer.at_the_secret()
    await caller.press(payer.card.secret[:6])
    await caller.hang_up()
    await payer.office.visit(caller.cli)


async def _hangs_up_after_the_last_key(payer: Payer) -> None:
    """In the very moment; whether it is paid or not is open, half of it is not."""
    caller = await payer.at_the_secret()
    await caller.press(f"{payer.card.secret}#", pause_ms=20)
    await caller.hang_up()
    await payer.office.visit(caller.cli)


async def _hangs_up_before_the_sentence(payer: Payer) -> None:
    caller = await payer.at_the_secret()
    pressing = asyncio.ensure_future(caller.press(f"{payer.card.secret}#"))
    await until(lambda: payer.is_paid, 10)
    await caller.hang_up()
    await pressing
    await payer.office.visit(caller.cli)


async def _hangs_up_in_the_sentence(payer: Payer) -> None:
    caller = await payer.pays()
    await caller.hears("paid", amount=5_000, balance=6_000)
    await caller.hang_up()
    await payer.office.visit(caller.cli)


@contextmanager
def database_locked(office: Office) -> Iterator[sqlite3.Connection]:
    """Somebody else writes, and does not come to an end."""
    with closing(office.connect()) as conn:
        conn.execute("BEGIN IMMEDIATE")
        yield conn
        conn.execute("ROLLBACK")


async def test_the_engine_dies_anywhere(office: Office) -> None:
    """kill -9 while one caller keys, one is asked for, one hears that it is paid; all go on without it."""
    real = office.real
    keying, asked, hearing = (Payer(office, 311 + number, f"81427{number}9035") for number in range(3))
    callers = {payer: await payer.at_the_secret() for payer in (keying, asked, hearing)}
    await callers[hearing].press(f"{hearing.card.secret}#")
    await callers[hearing].hears("paid", amount=5_000, balance=6_000)
    with database_locked(office):
        await all_of(
            callers[asked].press(f"{asked.card.secret}#"), callers[keying].press(keying.card.secret[:5])
        )
        await callers[asked].hears("please_wait")
        await real.kill_engine()
    assert [payer.is_paid for payer in callers] == [False, False, True]
    await _somebody_is_served_without_it(real, list(callers.values()))
    await real.start_engine()
    for caller in callers.values():
        await call_in(real, caller.cli, CallState.TALKING, CallState.UNATTENDED)
    assert [payer.is_paid for payer in callers] == [False, False, True]
    await all_of(*(caller.hang_up() for caller in callers.values()))
    await real.phones["seat3"].wait_for(PhoneState.IDLE, 10)
    await all_of(*(payer.tries_again() for payer in callers))
    office.secrets_kept()


async def _somebody_is_served_without_it(real: Whole, callers: list[Visitor]) -> None:
    """All seats ring, and whoever picks up has one of the callers."""
    phone = real.phones["seat3"]
    await phone.wait_for(PhoneState.RINGING, 10)
    await phone.answer()

    async def heard() -> bool | None:
        sounds = [caller.call.heard(max(0.0, caller.call.heard_s - 0.6)) for caller in callers]
        return any(sound.tone_seconds(SEAT_TONES["seat3"]) > 0.3 for sound in sounds) or None

    await eventually(heard, 15, "somebody at seat 3")


async def test_the_database_is_locked_for_a_while(office: Office) -> None:
    """The caller is asked to wait, and then hears the answer; nothing is lost."""
    payer = Payer(office, 321, "5926014873")
    caller = await payer.at_the_secret()
    with database_locked(office):
        await caller.press(f"{payer.card.secret}#")
        await caller.hears("please_wait")
        await asyncio.sleep(LOCKED_S - 1.5)
    await caller.hears_out("paid", amount=5_000, balance=6_000)
    await caller.hang_up()
    keys = await office.keys_of(caller.cli)
    assert keys == ["5", "3", f"{payer.card.number}#", "1", f"§1:{len(payer.card.secret)}"]
    assert payer.is_paid
