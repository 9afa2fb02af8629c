"""The whole file of a customer: its parts, the time line, merging, hidden and unknown numbers."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Concatenate, ParamSpec

from db.audit import AuditRow, append_audit
from db.cards import card_for_customer
from db.customer_file import customer_file
from db.customer_maybe import assign_number, proposals
from db.customer_merge import merge_customers, unmerge_customers
from db.customer_own import keep_own
from db.customer_parts import (
    persons_of,
    remove_part,
    save_account,
    save_address,
    save_device,
    save_person,
    tag_customer,
)
from db.customer_recurring import recurring
from db.customer_timeline import timeline
from db.customers import get_customer
from db.errors import Invalid
from engine.adapters.unix_socket import Connection
from engine.core.customers.masking import masked_card, masked_customer, masked_file, unmasked
from engine.core.customers.records import Contact, CustomerFile, Person
from engine.core.events import CustomerFound
from engine.core.numbers import normalise_number
from engine.core.records import Customer, Millis, Recurring
from engine.daemon.engine import ON_THE_LINE
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.handlers.sight import sight
from engine.wire.customers import (
    Assigned,
    AssignNumberParams,
    CustomerIdParams,
    Maybe,
    MaybeParams,
    Merged,
    MergeParams,
    RecurringParams,
    RemovePartParams,
    Revealed,
    RevealParams,
    SaveAccountParams,
    SaveAddressParams,
    SaveDeviceParams,
    SavePersonParams,
    TagParams,
    Timeline,
    TimelineParams,
    Unmerged,
    UnmergeParams,
)

P = ParamSpec("P")


async def file(context: Context, connection: Connection, params: CustomerIdParams) -> CustomerFile:
    """Everything that is known of a customer."""
    return await _file(context, connection, params.id)


async def _file(context: Context, connection: Connection, customer_id: int) -> CustomerFile:
    found = await context.read(customer_file, customer_id, now=context.engine.clock.now())
    names = {source.id: source.name for source in context.config.sources}
    origins = tuple(replace(one, source=names.get(one.source, one.source)) for one in found.origins)
    found = replace(found, origins=origins)
    return masked_file(found, await sight(context, connection))


async def one_line(context: Context, connection: Connection, params: TimelineParams) -> Timeline:
    """All contacts, newest first."""
    contacts, more = await context.read(_timeline, params)
    return Timeline(contacts=list(contacts), more=more)


def _timeline(conn: sqlite3.Connection, params: TimelineParams) -> tuple[tuple[Contact, ...], str]:
    return timeline(conn, get_customer(conn, params.id).id, before=params.before, limit=params.limit)


# Parts of the file


async def _changed(
    context: Context,
    connection: Connection,
    customer_id: int,
    what: str,
    change: Callable[Concatenate[sqlite3.Connection, P], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> CustomerFile:
    """Do a change, write it down, and return the file as it is then."""
    await context.write(change, *args, **kwargs)
    context.audit(connection, what, str(customer_id))
    return await _file(context, connection, customer_id)


async def person(context: Context, connection: Connection, params: SavePersonParams) -> CustomerFile:
    """Add or change a person; masked numbers stay what they are."""
    return await _changed(
        context,
        connection,
        params.customer_id,
        "customer.person",
        _save_person,
        params.customer_id,
        params.person,
        context.config.site.area_code,
    )


def _save_person(conn: sqlite3.Connection, customer_id: int, entered: Person, area_code: str) -> None:
    stored = next((one for one in persons_of(conn, customer_id) if one.id == entered.id), Person())
    meant = unmasked(entered, stored)
    if meant is None:
        raise Invalid("masked", "phones")
    save_person(conn, customer_id, meant, area_code=area_code)


async def address(context: Context, connection: Connection, params: SaveAddressParams) -> CustomerFile:
    """Add or change an address."""
    customer_id = params.customer_id
    return await _changed(
        context, connection, customer_id, "customer.address", save_address, customer_id, params.address
    )


async def account(context: Context, connection: Connection, params: SaveAccountParams) -> CustomerFile:
    """Add or change an account."""
    customer_id = params.customer_id
    return await _changed(
        context, connection, customer_id, "customer.account", save_account, customer_id, params.account
    )


async def device(context: Context, connection: Connection, params: SaveDeviceParams) -> CustomerFile:
    """Add or change a device."""
    customer_id = params.customer_id
    return await _changed(
        context, connection, customer_id, "customer.device", save_device, customer_id, params.device
    )


async def remove(context: Context, connection: Connection, params: RemovePartParams) -> CustomerFile:
    """Take a part out of the file."""
    customer_id, part = params.customer_id, params.part
    return await _changed(
        context,
        connection,
        customer_id,
        f"customer.remove_{part}",
        remove_part,
        customer_id,
        part,
        params.id,
    )


async def tag(context: Context, connection: Connection, params: TagParams) -> CustomerFile:
    """Put tags on a customer, or take them off."""
    now, who = context.engine.clock.now(), context.who(connection).staff_number
    return await _changed(
        context, connection, params.id, "customer.tag", _tag, params.id, params.add, params.remove, who, now
    )


def _tag(
    conn: sqlite3.Connection,
    customer_id: int,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    who: str,
    at: Millis,
) -> None:
    before = get_customer(conn, customer_id)
    keep_own(conn, before, tag_customer(conn, customer_id, add, remove), who, at)


# Two files that are one customer


async def merge(context: Context, connection: Connection, params: MergeParams) -> Merged:
    """Make one customer of two; calls of the one who is gone show the other from now on."""
    now, who = context.engine.clock.now(), context.who(connection).staff_number
    merge_id, moved = await context.write(
        merge_customers, params.keep, params.gone, who=who, at=now, reason=params.reason
    )
    detail = f"merge={merge_id} gone={params.gone} {params.reason}".strip()
    context.audit(connection, "customer.merge", str(params.keep), detail)
    await _show_anew(context, params.gone, params.keep)
    return Merged(merge_id=merge_id, moved=moved, file=await _file(context, connection, params.keep))


async def _show_anew(context: Context, gone: int, keep: int) -> None:
    """Pop-ups of calls that are up."""
    for call in list(context.engine.floor.state.calls.values()):
        if call.card is not None and call.card.customer is not None and call.card.customer.id == gone:
            now = context.engine.clock.now()
            found = await context.read(card_for_customer, keep, cli=call.card.cli, now=now)
            context.engine.emit(CustomerFound(call_id=call.id, card=masked_card(found, ON_THE_LINE)))


async def unmerge(context: Context, connection: Connection, params: UnmergeParams) -> Unmerged:
    """Make two of one again; what cannot be put back is told."""
    now, who = context.engine.clock.now(), context.who(connection).staff_number
    done = await context.write(unmerge_customers, params.merge_id, who=who, at=now)
    detail = f"merge={params.merge_id} gone={done.gone} left={len(done.left)}"
    context.audit(connection, "customer.unmerge", str(done.keep), detail)
    return Unmerged(keep=done.keep, gone=done.gone, left=list(done.left))


# Numbers that nobody has, and those that are hidden


async def maybe(context: Context, connection: Connection, params: MaybeParams) -> Maybe:
    """Whose an unknown number may be."""
    seen = await sight(context, connection)
    found = await context.read(
        proposals,
        params.number,
        name=params.name,
        address=params.address,
        limit=params.limit,
        now=context.engine.clock.now(),
        area_code=context.config.site.area_code,
    )
    shown = [replace(one, customer=masked_customer(one.customer, seen)) for one in found]
    return Maybe(proposals=shown)


async def assign(context: Context, connection: Connection, params: AssignNumberParams) -> Assigned:
    """A number is this customer's, with the calls that came from it."""
    now, who = context.engine.clock.now(), context.who(connection).staff_number
    area_code = context.config.site.area_code
    calls = await context.write(
        _assign, params.customer_id, params.number, params.person_id, area_code, who, now
    )
    detail = f"person={params.person_id} calls={calls}"
    context.audit(connection, "customer.assign_number", str(params.customer_id), detail)
    number = normalise_number(params.number, area_code=area_code)
    card = await context.read(card_for_customer, params.customer_id, cli=number, now=now)
    seen = await sight(context, connection)
    return Assigned(
        card=masked_card(card, replace(seen, numbers=seen.numbers | {number})),
        calls=calls,
    )


def _assign(
    conn: sqlite3.Connection,
    customer_id: int,
    number: str,
    person_id: int,
    area_code: str,
    who: str,
    at: Millis,
) -> int:
    before = get_customer(conn, customer_id)
    calls = assign_number(conn, customer_id, number, person_id=person_id, area_code=area_code)
    keep_own(conn, before, get_customer(conn, customer_id), who, at)
    return calls


async def reveal(context: Context, connection: Connection, params: RevealParams) -> Revealed:
    """All numbers in clear, after it was written down who wanted to see them."""
    now, who = context.engine.clock.now(), context.who(connection).staff_number
    row = AuditRow(
        at=now,
        who=who,
        what="customer.reveal",
        subject=str(params.id),
        detail=params.reason[:200],
        peer_uid=connection.peer_uid,
    )
    customer, persons = await context.write(_reveal, params.id, row)
    return Revealed(customer=customer, persons=persons, at=now)


def _reveal(conn: sqlite3.Connection, customer_id: int, row: AuditRow) -> tuple[Customer, tuple[Person, ...]]:
    customer = get_customer(conn, customer_id)
    append_audit(conn, row)
    return customer, persons_of(conn, customer.id)


async def recurs(context: Context, connection: Connection, params: RecurringParams) -> Recurring:
    """How often somebody comes back."""
    number = normalise_number(params.number, area_code=context.config.site.area_code)
    return await context.read(recurring, params.customer_id, number, context.engine.clock.now())


HANDLERS: dict[str, Handler] = {
    "customer.file": file,
    "customer.timeline": one_line,
    "customer.save_person": person,
    "customer.save_address": address,
    "customer.save_account": account,
    "customer.save_device": device,
    "customer.remove": remove,
    "customer.tag": tag,
    "customer.merge": merge,
    "customer.unmerge": unmerge,
    "customer.maybe": maybe,
    "customer.assign_number": assign,
    "customer.reveal": reveal,
    "customer.recurring": recurs,
}
