"""The whole file of a customer at the stage: what a household has, and more contacts than fit on a page."""

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.core.customers.records import (
    Account,
    AccountState,
    Address,
    BillItem,
    Contact,
    ContactKind,
    CustomerFile,
    Device,
    DeviceKind,
    HeldPackage,
    Line,
    MatterKind,
    MergedFile,
    OpenMatter,
    Payment,
    Person,
    Proposal,
    Stage,
)
from engine.core.records import CustomerCard, Recurring
from engine.core.states import Outcome
from engine.wire import customers as wire
from engine.wire.base import Done
from engine.wire.messages import Fault, Reason
from engine.wire.sources import (
    CustomerSources,
    OwnField,
    RestoreParams,
    SourceCustomerParams,
    SourceOfCustomer,
)
from tests.support import world
from tests.support.stage_answers import answers

if TYPE_CHECKING:
    from tests.support.stage import Stage as StageEngine

PAGE = 20
CONTACTS = (
    Contact(
        at=world.NOW - world.MINUTE,
        kind=ContactKind.TICKET,
        id="260302001",
        text="无信号",
        staff_number="8001",
        staff_name="王小丽",
        open=True,
    ),
    Contact(at=world.NOW - world.DAY, kind=ContactKind.PAYMENT, id="p1", text="营业厅缴费", value=12_850),
    Contact(at=world.NOW - 2 * world.DAY, kind=ContactKind.SURVEY, id="s1", value=4),
    *(
        Contact(
            at=world.NOW - n * world.DAY,
            kind=ContactKind.CALL,
            id=f"c-{n}",
            text=f"第{n}次来电",
            code=Outcome.ANSWERED,
            value=n * world.MINUTE,
            staff_name="欧阳静怡",
            recording=True,
        )
        for n in range(3, 60)
    ),
)


def file_of(stage: "StageEngine", customer_id: int) -> CustomerFile:
    """What is known of a customer, with the first page of the line of time."""
    customer = stage.customers.get(customer_id)
    if customer is None:
        raise Fault(Reason.NOT_FOUND, f"not_found customer_id {customer_id}")
    masked = replace(customer, phones=("138****2345", *customer.phones[1:]), id_number="6201**********1234")
    return CustomerFile(
        customer=replace(masked, as_of=world.NOW - 20 * world.MINUTE),
        persons=stage.persons,
        addresses=(
            Address(id=1, text=customer.address, area=customer.area, node="CG-03"),
            Address(id=2, county="某某县", town="东山乡", community="石门口", room="17号", area="东山片区"),
        ),
        accounts=(
            Account(id=1, line=Line.TV, number="8101000000000017", address_id=1, since="2019-05-01"),
            Account(id=2, line=Line.BROADBAND, number="KD0017", state=AccountState.ARREARS, address_id=2),
        ),
        devices=(
            Device(id=1, kind=DeviceKind.CARD, number="8101000000000017", account_id=1),
            Device(id=2, kind=DeviceKind.MODEM, number="4857544312AB", model="HG8245", account_id=2),
        ),
        packages=(
            HeldPackage(name="高清基础包", price_fen=2_600),
            HeldPackage(name="宽带100M", until="2026-12-31"),
        ),
        bills=(
            BillItem(month="2026-02", item="收视费", amount_fen=2_600),
            BillItem(month="2026-02", item="宽带", amount_fen=3_000),
        ),
        payments=(Payment(at=world.NOW - world.DAY, amount_fen=12_850, balance_fen=12_850, what="营业厅"),),
        open=(
            OpenMatter(
                kind=MatterKind.TICKET,
                id="260302001",
                at=world.NOW - world.MINUTE,
                text="无信号",
                state="dispatched",
                due_at=world.NOW - world.MINUTE,
            ),
            OpenMatter(kind=MatterKind.REMARK, id="c-900", at=world.NOW - world.DAY, text="约定周三上门检修"),
        ),
        contacts=CONTACTS[:PAGE],
        more=str(PAGE),
        merged=stage.merged,
        recurring=Recurring(calls_30=4, tickets_90=2, faults_90=(("tv", 2),)),
        stage=Stage.OLD,
        masked=True,
    )


@answers("customer.file")
def _file(stage: "StageEngine", connection: Connection, params: wire.CustomerIdParams) -> CustomerFile:
    return file_of(stage, params.id)


@answers("customer.timeline")
def _timeline(stage: "StageEngine", connection: Connection, params: wire.TimelineParams) -> wire.Timeline:
    start = int(params.before or 0)
    more = str(start + PAGE) if start + PAGE < len(CONTACTS) else ""
    return wire.Timeline(contacts=list(CONTACTS[start : start + PAGE]), more=more)


@answers("customer.reveal")
def _reveal(stage: "StageEngine", connection: Connection, params: wire.RevealParams) -> wire.Revealed:
    customer = replace(stage.customers[params.id], id_number="620123198001011234")
    return wire.Revealed(customer=customer, persons=stage.persons, at=stage.floor.now)


@answers("customer.save_person")
def _save_person(stage: "StageEngine", connection: Connection, params: wire.SavePersonParams) -> CustomerFile:
    new = params.person if params.person.id else replace(params.person, id=len(stage.persons) + 1)
    stage.persons = (*(one for one in stage.persons if one.id != new.id), new)
    return file_of(stage, params.customer_id)


@answers("customer.tag")
def _tag(stage: "StageEngine", connection: Connection, params: wire.TagParams) -> CustomerFile:
    customer = stage.customers[params.id]
    tags = tuple(tag for tag in (*customer.tags, *params.add) if tag not in params.remove)
    stage.customers[params.id] = replace(customer, tags=tags)
    return file_of(stage, params.id)


@answers("customer.merge")
def _merge(stage: "StageEngine", connection: Connection, params: wire.MergeParams) -> wire.Merged:
    gone = stage.customers[params.gone]
    stage.merged = (
        MergedFile(id=1, gone=gone.id, name=gone.name, at=stage.floor.now, who="8001", reason=params.reason),
    )
    return wire.Merged(merge_id=1, moved={"phone": 1}, file=file_of(stage, params.keep))


@answers("customer.unmerge")
def _unmerge(stage: "StageEngine", connection: Connection, params: wire.UnmergeParams) -> wire.Unmerged:
    stage.merged = ()
    return wire.Unmerged(keep=1, gone=3, left=[])


@answers("customer.maybe")
def _maybe(stage: "StageEngine", connection: Connection, params: wire.MaybeParams) -> wire.Maybe:
    """Who has called from an unknown number before, and who is called so."""
    found = [
        Proposal(customer=stage.customers[3], reasons=("called", "name"), likelihood=12_000),
        Proposal(customer=stage.customers[1], reasons=("address",), likelihood=4_000),
    ]
    known = any(params.number in one.phones for one in stage.customers.values())
    return wire.Maybe(proposals=[] if known else found[: params.limit])


@answers("customer.assign_number")
def _assign(stage: "StageEngine", connection: Connection, params: wire.AssignNumberParams) -> wire.Assigned:
    customer = stage.customers[params.customer_id]
    if not params.person_id:
        customer = replace(customer, phones=(*customer.phones, params.number))
        stage.customers[customer.id] = customer
    return wire.Assigned(card=CustomerCard(cli=params.number, customer=customer), calls=2)


@answers("source.customer")
def _sources(stage: "StageEngine", connection: Connection, params: SourceCustomerParams) -> CustomerSources:
    """The digital TV system knows everything but the area and the broadband number, which are our own."""
    systems = [
        SourceOfCustomer(
            source="tv", name="数字电视系统", key="TV0017", as_of=world.NOW - 20 * world.MINUTE, gone=False
        ),
        SourceOfCustomer(source="cable", name="有线系统", key="8017", as_of=world.NOW - world.DAY, gone=True),
    ]
    own = [
        OwnField(field="area", who="8001", at=world.NOW - world.DAY),
        OwnField(field="persons", who="", at=0),
    ]
    origin = {name: "tv" for name in ("name", "customer_number", "phones", "address", "balance_fen")}
    return CustomerSources(
        sources=systems,
        own=[one for one in own if one.field not in stage.given_back],
        origin={**origin, "card_number": "cable", "area": "tv" if "area" in stage.given_back else "own"},
    )


@answers("source.restore")
def _restore(stage: "StageEngine", connection: Connection, params: RestoreParams) -> Done:
    stage.given_back.add(params.field)
    return Done()


PERSONS = (Person(id=1, name="王翠花", relation="妻子", phones=("139****0017",), remark="白天在家"),)
