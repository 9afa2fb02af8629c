"""Customers' files over the socket: who sees which numbers, and that nothing is overwritten or unaudited."""

from dataclasses import replace
from typing import Any

import pytest

from db.audit import list_audit
from db.billing_identities import customer_of_number
from db.customer_parts import persons_of, save_person
from db.customers import get_customer, save_customer
from engine.core.customers.records import Account, Address, Device, DeviceKind, Line, Person
from engine.core.records import Customer
from engine.core.states import Role
from engine.wire.customers import (
    AssignNumberParams,
    CardParams,
    CustomerIdParams,
    CustomerKeyParams,
    MaybeParams,
    MergeParams,
    RecurringParams,
    RemovePartParams,
    RevealParams,
    SaveAccountParams,
    SaveAddressParams,
    SaveCustomerParams,
    SaveDeviceParams,
    SavePersonParams,
    SearchParams,
    TagParams,
    TimelineParams,
    UnmergeParams,
)
from engine.wire.messages import Reason
from engine.wire.methods import METHODS, AddUserParams, LogInParams
from engine.wire.phone import DialParams
from tests.daemon.test_a_call import dialled, ready_agent, through_the_menu
from tests.db.customer_world import NOW, a_call, a_ticket
from tests.support.site import FakeSite
from tests.support.until import until
from tui.client import EngineClient, EngineFault

pytestmark = pytest.mark.asyncio

CLEAR = ("13900000001", "09318881234")
HIDDEN = ("139****0001", "093****1234")
ID_NUMBER, HIDDEN_ID = "620102198001011234", "6201**********1234"


def stored(site: FakeSite, function: Any, *args: Any, **kwargs: Any) -> Any:
    return site.service.store.submit(function, *args, **kwargs).result()


def zhang(site: FakeSite, **more: Any) -> Customer:
    customer = Customer(name="张华山", phones=CLEAR, id_number=ID_NUMBER, customer_number="GD1")
    found: Customer = stored(site, save_customer, replace(customer, **more))
    return found


async def phones(client: EngineClient, customer: Customer) -> tuple[str, ...]:
    """What one sees of the phones; the same in every answer that has the customer."""
    found = (await client.call("customer.search", SearchParams(text="张华"))).customers[0].phones
    card = (await client.call("customer.show", CustomerIdParams(id=customer.id))).customer
    file = await client.call("customer.file", CustomerIdParams(id=customer.id))
    assert found == card.phones == file.customer.phones
    assert {card.id_number, file.customer.id_number} == {HIDDEN_ID}
    assert file.masked
    return tuple(found)


async def audited(site: FakeSite) -> list[tuple[str, str, str]]:
    await site.settle()
    return [(row.who, row.what, row.subject) for row in site.service.store.read(list_audit).result()]


async def test_agents_see_numbers_masked_and_supervisors_phones_in_clear(site: FakeSite) -> None:
    customer = zhang(site)
    assert await phones(await site.console("8001", "seat1"), customer) == HIDDEN
    for staff_number in ("8801", "8901"):
        assert await phones(await site.console(staff_number, ""), customer) == CLEAR


async def test_a_customer_is_found_by_any_whole_number(site: FakeSite) -> None:
    customer = zhang(site)
    client = await site.console("8001", "seat1")
    for key in (str(customer.id), "GD1", "139 0000 0001", "0931-8881234"):
        (found,) = (await client.call("customer.find", CustomerKeyParams(key=key))).customers
        assert (found.id, found.phones, found.id_number) == (customer.id, HIDDEN, HIDDEN_ID), key
    assert (await client.call("customer.find", CustomerKeyParams(key="99"))).customers == []


async def test_the_number_that_was_asked_for_is_known_already(site: FakeSite) -> None:
    zhang(site)
    client = await site.console()
    card = await client.call("customer.card", CardParams(cli="139 0000 0001"))
    assert card.customer.phones == (CLEAR[0], HIDDEN[1])


async def test_who_is_on_the_line_is_seen_in_clear_until_the_call_is_done(site: FakeSite) -> None:
    customer, other = zhang(site), stored(site, save_customer, Customer(name="李四", phones=("13700000002",)))
    desks: list[Any] = []
    client = await ready_agent(site, on_views=lambda views: desks.append(views.desk))
    caller = await site.call("c1", CLEAR[0])
    await through_the_menu(caller)
    await dialled(caller)
    await until(lambda: desks and desks[-1].card is not None)
    assert desks[-1].card.customer.phones == CLEAR
    assert desks[-1].card.customer.id_number == HIDDEN_ID
    assert await phones(client, customer) == CLEAR
    shown = await client.call("customer.show", CustomerIdParams(id=other.id))
    assert shown.customer.phones == ("137****0002",)
    saved = await client.call(
        "customer.save",
        SaveCustomerParams(customer=replace(desks[-1].card.customer, remark="有狗"), call_id="c1"),
    )
    assert saved.customer.id_number == HIDDEN_ID
    assert stored(site, get_customer, customer.id).id_number == ID_NUMBER
    await site.customer_hangs_up("c1")
    await until(lambda: "0 calls" in site.floor)
    assert await phones(client, customer) == HIDDEN
    caller.close()


async def test_the_owner_of_a_ticket_sees_its_customer_in_clear(site: FakeSite) -> None:
    customer = zhang(site)
    stored(site, a_ticket, customer.id, NOW, owner="8001")
    assert await phones(await site.console("8001", "seat1"), customer) == CLEAR
    assert await phones(await site.console("8002", "seat2"), customer) == HIDDEN
    stored(
        site, lambda conn: conn.execute("UPDATE tickets SET replied_at = 1, closed_at = 1, state = 'closed'")
    )
    assert await phones(await site.console("8001", "seat1"), customer) == HIDDEN


async def test_where_nothing_is_hidden_everybody_sees_everything(site: FakeSite) -> None:
    site.keep_config = True
    path = site.folder / "config.toml"
    text = path.read_text(encoding="utf-8")
    assert "[privacy]" in text
    text = text.replace("id_numbers = true", "id_numbers = false")
    head, _, tail = text.partition("[privacy]")
    path.write_text(f"{head}[privacy]{tail.replace('phones = true', 'phones = false', 1)}", encoding="utf-8")
    await site.restart()
    customer = zhang(site)
    file = await (await site.console()).call("customer.file", CustomerIdParams(id=customer.id))
    assert (file.customer.phones, file.customer.id_number, file.masked) == (CLEAR, ID_NUMBER, False)


async def test_a_masked_form_that_is_saved_overwrites_nothing(site: FakeSite) -> None:
    customer = zhang(site)
    client = await site.console()
    shown = (await client.call("customer.show", CustomerIdParams(id=customer.id))).customer
    changed = replace(shown, name="张华", phones=(*shown.phones, "13611112222"))
    await client.call("customer.save", SaveCustomerParams(customer=changed))
    after = stored(site, get_customer, customer.id)
    assert (after.name, after.phones, after.id_number) == ("张华", (*CLEAR, "13611112222"), ID_NUMBER)
    await client.call("customer.save", SaveCustomerParams(customer=replace(shown, phones=HIDDEN[1:])))
    assert stored(site, get_customer, customer.id).phones == CLEAR[1:]
    for wrong in (replace(shown, phones=("138****9999",)), replace(shown, id_number="1101**********9999")):
        with pytest.raises(EngineFault) as refused:
            await client.call("customer.save", SaveCustomerParams(customer=wrong))
        assert refused.value.reason == Reason.INVALID
    with pytest.raises(EngineFault):
        await client.call("customer.save", SaveCustomerParams(customer=replace(shown, id=0)))


async def test_revealing_is_written_down_before_it_is_shown(site: FakeSite) -> None:
    customer = zhang(site)
    stored(
        site, save_person, customer.id, Person(name="李四妹", phones=("13700000003",), id_number=ID_NUMBER)
    )
    client = await site.console()
    revealed = await client.call("customer.reveal", RevealParams(id=customer.id, reason="核对身份"))
    assert (revealed.customer.phones, revealed.customer.id_number) == (CLEAR, ID_NUMBER)
    assert revealed.persons[0].phones == ("13700000003",)
    rows = site.service.store.read(list_audit).result()
    assert (rows[0].who, rows[0].what, rows[0].subject, rows[0].detail) == (
        "8001", "customer.reveal", str(customer.id), "核对身份",
    )  # fmt: skip
    with pytest.raises(EngineFault) as refused:
        await client.call("customer.reveal", RevealParams(id=999))
    assert refused.value.reason == Reason.NOT_FOUND
    assert len(site.service.store.read(list_audit, what="customer.reveal").result()) == 1


async def test_a_masked_number_is_dialled_by_its_customer(site: FakeSite) -> None:
    customer = zhang(site)
    stored(site, save_person, customer.id, Person(name="李四妹", phones=("13700000003",)))
    client = await ready_agent(site)
    with pytest.raises(EngineFault) as refused:
        await client.call("agent.dial", DialParams(number="138****9999", customer_id=customer.id))
    assert refused.value.reason == Reason.NOT_FOUND
    with pytest.raises(EngineFault):
        await client.call("agent.dial", DialParams(number=HIDDEN[0]))
    await client.call("agent.dial", DialParams(number="137****0003", customer_id=customer.id))
    await site.asterisk.wait_received("Originate")
    call = next(iter(site.service.engine.floor.state.calls.values()))
    assert call.record.cli == "13700000003"


async def test_the_parts_of_a_file_are_kept(site: FakeSite) -> None:
    customer = zhang(site)
    client = await site.console()
    whose = customer.id
    person = Person(name="李四妹", phones=("13700000003",), id_number=ID_NUMBER)
    file = await client.call("customer.save_person", SavePersonParams(customer_id=whose, person=person))
    (shown,) = file.persons
    assert (shown.phones, shown.id_number) == (("137****0003",), HIDDEN_ID)
    related = replace(shown, relation="妻子")
    await client.call("customer.save_person", SavePersonParams(customer_id=whose, person=related))
    assert stored(site, persons_of, whose) == (replace(person, id=shown.id, relation="妻子"),)
    wrong = SavePersonParams(customer_id=whose, person=replace(shown, id=0))
    with pytest.raises(EngineFault) as refused:
        await client.call("customer.save_person", wrong)
    assert refused.value.reason == Reason.INVALID
    place = SaveAddressParams(customer_id=whose, address=Address(town="柳林乡"))
    file = await client.call("customer.save_address", place)
    account = Account(line=Line.TV, number="TV1", address_id=file.addresses[0].id)
    file = await client.call("customer.save_account", SaveAccountParams(customer_id=whose, account=account))
    device = Device(kind=DeviceKind.BOX, number="B1", account_id=file.accounts[0].id)
    file = await client.call("customer.save_device", SaveDeviceParams(customer_id=whose, device=device))
    assert file.devices[0].number == "B1"
    file = await client.call("customer.tag", TagParams(id=whose, add=("楼长",)))
    assert file.customer.tags == ("楼长",)
    gone = RemovePartParams(customer_id=whose, part="person", id=shown.id)
    assert (await client.call("customer.remove", gone)).persons == ()
    what = [what for _, what, subject in await audited(site) if subject == str(whose)]
    assert what == [
        "customer.remove_person", "customer.tag", "customer.device", "customer.account", "customer.address",
        "customer.person", "customer.person",
    ]  # fmt: skip


async def test_two_are_merged_during_a_call_and_made_two_again(site: FakeSite) -> None:
    keep = zhang(site)
    gone = stored(site, save_customer, Customer(name="张华", phones=("13900000009",), customer_number="GD2"))
    desks: list[Any] = []
    client = await ready_agent(site, on_views=lambda views: desks.append(views.desk))
    caller = await site.call("c1", "13900000009")
    await through_the_menu(caller)
    await dialled(caller)
    await until(lambda: desks and desks[-1].card is not None)
    merged = await client.call("customer.merge", MergeParams(keep=keep.id, gone=gone.id, reason="同一人"))
    assert merged.moved["phones"] == 1
    assert merged.file.customer.id == keep.id
    await until(lambda: desks[-1].card.customer.id == keep.id)
    await site.customer_hangs_up("c1")
    await until(lambda: "0 calls" in site.floor)
    await site.settle()
    lines = (await client.call("customer.timeline", TimelineParams(id=gone.id))).contacts
    assert {line.kind for line in lines} == {"call", "callback", "merge"}
    by_number = stored(site, customer_of_number, "GD1")
    assert by_number.id == keep.id
    undone = await client.call("customer.unmerge", UnmergeParams(merge_id=merged.merge_id))
    assert (undone.keep, undone.gone, undone.left) == (keep.id, gone.id, [])
    assert stored(site, get_customer, gone.id) == gone
    whats = [what for _, what, _ in await audited(site)]
    assert whats.index("customer.unmerge") < whats.index("customer.merge")
    with pytest.raises(EngineFault) as refused:
        await client.call("customer.unmerge", UnmergeParams(merge_id=merged.merge_id))
    assert refused.value.reason == Reason.CONFLICT
    caller.close()


async def test_an_unknown_number_is_proposed_and_assigned(site: FakeSite) -> None:
    customer = zhang(site)
    stored(site, a_call, 0, NOW, cli="13611112222")
    client = await site.console()
    maybe = await client.call("customer.maybe", MaybeParams(number="13611112222", name="张华"))
    assert [(one.customer.id, one.customer.phones) for one in maybe.proposals] == [(customer.id, HIDDEN)]
    again = await client.call("customer.recurring", RecurringParams(number="13611112222"))
    assert again.tickets_90 == 0
    assign = AssignNumberParams(customer_id=customer.id, number="136 1111 2222")
    assigned = await client.call("customer.assign_number", assign)
    assert assigned.calls == 1
    assert assigned.card.customer.phones == (*HIDDEN, "13611112222")
    assert ("8001", "customer.assign_number", str(customer.id)) in await audited(site)


async def test_people_of_stations_see_no_customers(site: FakeSite) -> None:
    admin = await site.console("8901", "")
    station = AddUserParams(
        staff_number="8701", name="维修站", role=Role.STATION, pin="97531", department="east"
    )
    await admin.call("users.add", station)
    client = await site.client()
    await client.call("session.log_in", LogInParams(staff_number="8701", pin="97531"))
    for name in METHODS:
        if name.startswith("customer.") and METHODS[name].params is CustomerIdParams:
            with pytest.raises(EngineFault) as refused:
                await client.call(name, CustomerIdParams(id=1))
            assert refused.value.reason == Reason.NOT_ALLOWED


async def test_numbers_that_no_row_can_have_are_refused(site: FakeSite) -> None:
    client = await site.console()
    whose = zhang(site).id
    for name, params in (
        ("customer.timeline", TimelineParams(id=whose, before=f"{10**30}:call:c1")),
        ("customer.file", CustomerIdParams(id=10**15 * 10**15)),
        ("customer.timeline", TimelineParams(id=whose + 1)),
        ("customer.unmerge", UnmergeParams(merge_id=2**63)),
    ):
        with pytest.raises(EngineFault) as refused:
            await client.call(name, params)
        assert refused.value.reason in (Reason.INVALID, Reason.NOT_FOUND), name
