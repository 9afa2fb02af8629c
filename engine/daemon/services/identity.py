"""Who is calling: by the caller's number, or by customer or card number and password."""

import asyncio
import functools
import sqlite3
from concurrent.futures import ThreadPoolExecutor

from db.audit import AuditRow, append_audit
from db.billing_identities import (
    Person,
    begin_sign_in,
    end_sign_in,
    people_of_number,
    person,
    set_password,
)
from db.billing_tries import Gate
from db.ticket_calls import count_unsettled
from engine.core.ivr.services import CUSTOMER, IDENTIFIED, Identified
from engine.core.ivr.values import Row, Values
from engine.core.passwords import is_weak_password
from engine.core.records import Millis
from engine.daemon.people import hash_pin, pin_fits
from engine.daemon.services.base import Answer, Asked, Handler, Tools
from engine.daemon.services.boss import try_limits

MAX_ACCOUNT = 40
_DIGITS_SHOWN = 4  # of the number of a failed sign-in


async def recognise(asked: Asked, tools: Tools) -> Answer:
    """The customer, or customers, of the number that calls."""
    people = await _people(asked, tools)
    if not people:
        return Answer("unknown")
    if len(people) == 1:
        return await _found(people[0], Identified.NUMBER, tools)
    rows: tuple[Row, ...] = tuple({"customer": one.customer.id, "address": _place(one)} for one in people)
    return Answer("several", {"customers": rows})


async def choose_customer(asked: Asked, tools: Tools) -> Answer:
    """One of those who share the number that calls, and nobody else."""
    wanted = asked.number("customer")
    for one in await _people(asked, tools):
        if one.customer.id == wanted:
            return await _found(one, Identified.NUMBER, tools)
    return Answer("unknown")


async def sign_in(asked: Asked, tools: Tools) -> Answer:
    """Customer or card number with password; without a number it is the customer known already.

    The try is counted before the password is looked at. Whether the number belongs to anybody, has a
    password, or is another one of a customer with no tries left: the work and the answer are the same.
    """
    account = asked.text("account")[:MAX_ACCOUNT] or await _known_account(asked, tools)
    day = asked.local_now.date().isoformat()
    begun = await asyncio.wrap_future(
        tools.store.submit(begin_sign_in, account, asked.call_id, day, asked.now, try_limits(tools.config))
    )
    if begun.gate is Gate.LOCKED:
        return _refused("locked", account, asked, tools)
    loop = asyncio.get_running_loop()
    right = await loop.run_in_executor(
        _hashing(), pin_fits, begun.password_hash or None, asked.text("password")
    )
    if not right:
        return _refused("wrong", account, asked, tools)
    one = await asyncio.wrap_future(tools.store.submit(end_sign_in, begun))
    return await _found(one, Identified.PASSWORD, tools)


def _refused(outcome: str, account: str, asked: Asked, tools: Tools) -> Answer:
    """Leave a trace of who tries numbers; it does not keep the caller waiting, and shows no whole number."""
    row = AuditRow(
        at=asked.now,
        who="engine",
        what=f"sign_in.{outcome}",
        subject=_tail(account),
        detail=f"by key; call {asked.call_id} cli {asked.cli}",
    )
    tools.store.post(append_audit, row)
    return Answer(outcome)


def _tail(account: str) -> str:
    """The last digits of a number, never more than half of it: it may be a password keyed in too early."""
    shown = min(_DIGITS_SHOWN, len(account) // 2)
    return "*" * (len(account) - shown) + account[len(account) - shown :]


async def _known_account(asked: Asked, tools: Tools) -> str:
    """The number of whoever calls, where the number that calls has told it; empty: it has not."""
    if not asked.customer_id:
        return ""
    customer = (await asyncio.wrap_future(tools.store.read(person, asked.customer_id))).customer
    return customer.customer_number or customer.card_number


async def change_password(asked: Asked, tools: Tools) -> Answer:
    """Another password. To set the same one twice changes nothing, so that no key is kept."""
    password = asked.text("password")
    if password != asked.text("again"):
        return Answer("different")
    customer = (await asyncio.wrap_future(tools.store.read(person, asked.customer_id))).customer
    if is_weak_password(password, (customer.customer_number, customer.card_number, *customer.phones)):
        return Answer("weak")
    hashed = await asyncio.get_running_loop().run_in_executor(_hashing(), hash_pin, password)
    detail = f"by key; call {asked.call_id} cli {asked.cli}"
    await asyncio.wrap_future(tools.store.submit(_set_password, customer.id, hashed, asked.now, detail))
    return Answer("done")


@functools.cache
def _hashing() -> ThreadPoolExecutor:
    """One thread: the hash is made slow and large on purpose."""
    return ThreadPoolExecutor(1, thread_name_prefix="passwords")


def _set_password(conn: sqlite3.Connection, customer_id: int, hashed: str, at: Millis, detail: str) -> None:
    set_password(conn, customer_id, hashed, at, forget_tries=False)
    row = AuditRow(at=at, who="engine", what="customer.password", subject=str(customer_id), detail=detail)
    append_audit(conn, row)


async def _people(asked: Asked, tools: Tools) -> list[Person]:
    area_code = tools.config.site.area_code
    return await asyncio.wrap_future(tools.store.read(people_of_number, asked.cli, area_code=area_code))


async def _found(one: Person, identified: Identified, tools: Tools) -> Answer:
    customer = one.customer
    open_cases = await asyncio.wrap_future(tools.store.read(count_unsettled, customer.id))
    values: Values = {
        CUSTOMER: customer.id,
        IDENTIFIED: identified,
        "name": customer.name,
        "area": customer.area,
        "vip": _yes(customer.vip),
        "owing": _yes(customer.balance_fen < 0),
        "open_cases": open_cases,
        "has_password": _yes(one.has_password),
    }
    return Answer("found", values)


def _place(one: Person) -> str:
    """What tells one customer from another; a missing address leaves the customer number."""
    return one.customer.address or one.customer.area or one.customer.customer_number


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


SERVICES: dict[str, Handler] = {
    "recognise": recognise,
    "choose_customer": choose_customer,
    "sign_in": sign_in,
    "change_password": change_password,
}
