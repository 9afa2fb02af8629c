"""The site of the tickets on the stage: its types, departments, people, and the tickets that are there."""

from engine.core.records import User
from engine.core.states import Role
from engine.core.tickets.records import Ticket
from engine.core.tickets.states import Escalation, TicketKind, TicketState
from engine.core.tickets.types import (
    Category,
    Department,
    FieldKind,
    Limit,
    Route,
    Sla,
    TicketField,
    TicketType,
    Words,
)
from engine.wire.tickets import Suspect
from tests.support import world

HOUR = 60 * world.MINUTE
STATION_PEOPLE = (
    User(staff_number="8011", name="马师傅", role=Role.STATION, department="east"),
    User(staff_number="8012", name="买买提·吐尔逊", role=Role.STATION, department="east"),
    User(staff_number="8021", name="赵站长", role=Role.STATION, department="repair"),
)
CAUSES = (("plug", Words("接头松动", "Loose plug")), ("box", Words("机顶盒坏", "Broken box")))
CHECKLIST = (
    ("signal", Words("测过信号电平", "Signal measured")),
    ("shown", Words("当面试看", "Shown to work")),
)
FAULT = TicketType(
    id="fault",
    kind=TicketKind.FAULT,
    words=Words("故障报修", "Fault"),
    key="1",
    quick="gz",
    categories=(
        Category(id="no_signal", words=Words("无信号", "No signal"), key="1", quick="wxh", line="tv"),
        Category(id="slow", words=Words("网速慢", "Slow"), key="2", quick="wsm", line="broadband"),
    ),
    fields=(TicketField(id="box", words=Words("机顶盒型号", "Set-top box"), kind=FieldKind.TEXT),),
    causes=CAUSES,
    sla=Sla(respond=Limit(minutes=120), resolve=Limit(minutes=1440, working=False)),
    route=Route(department="repair", by_area=True, automatic=True),
    follow_up=True,
    checklist=CHECKLIST,
    templates=(Words("已修复,请您试看。", "It is repaired."),),
)
COMPLAINT = TicketType(
    id="complaint",
    kind=TicketKind.COMPLAINT,
    words=Words("投诉", "Complaint"),
    key="2",
    quick="ts",
    categories=(Category(id="service", words=Words("服务态度", "Service"), key="1", quick="fwtd"),),
    sla=Sla(respond=Limit(days=2), resolve=Limit(days=5)),
    route=Route(department="business", verify=True),
    follow_up=True,
)
DEPARTMENTS = (
    Department(id="repair", words=Words("维修部", "Repair"), leader="8021"),
    Department(id="business", words=Words("营业部", "Business hall")),
    Department(
        id="east",
        words=Words("东山维护站", "East station"),
        station=True,
        areas=("东山片区", "石门口"),
        leader="8011",
        parent="repair",
        telephone="0931-8880011",
    ),
)


def make_ticket(count: int, state: TicketState, ago: float, due: float, **more: object) -> Ticket:
    """Ticket number `count`, told `ago` hours before now, due in `due` hours."""
    whose: dict[str, object] = {
        "customer_id": 1,
        "contact": "张华山",
        "phone": "13893812345",
        "address": "东山片区东山路12号3单元501",
        "area": "东山片区",
        "node": "DS-07",
        "text": "早上八点起全部频道无信号,重启机顶盒无效。",
        "category": "no_signal",
        "line": "tv",
        "fault": "no_signal",
        "department": "east",
    }
    values = {**whose, **more}
    return Ticket(
        id=count,
        number=f"260302{count:03}",
        type=str(values.pop("type", "fault")),
        state=state,
        owner=str(values.pop("owner", "8001")),
        creator="8001",
        created_at=world.NOW - int(ago * HOUR),
        responded_at=world.NOW - int(ago * HOUR) + world.MINUTE,
        resolve_by=world.NOW + int(due * HOUR),
        **values,  # type: ignore[arg-type]
    )


S = TicketState
LONG = {
    "customer_id": 2,
    "contact": "迪丽拜尔·买买提艾力·阿卜杜热合曼",
    "phone": "13993800002",
    "address": "东山片区石门口村三社幸福小区二期18号楼2单元1902室(老供销社对面)",
    "text": "宽带白天正常,晚上八点以后很慢,测速只有三兆;客户听力不好,请敲门后等一会儿。" * 2,
    "category": "slow",
    "line": "broadband",
    "fault": "slow",
    "priority": 1,
}
TICKETS = (
    make_ticket(1, S.DISPATCHED, 1, 5),
    make_ticket(2, S.DISPATCHED, 2, 30, **LONG),
    make_ticket(3, S.ACCEPTED, 20, 3, technician="8011", contact="李四", phone="09318881234"),
    make_ticket(4, S.ON_SITE, 22, 1, technician="8011", checked=("signal",)),
    make_ticket(5, S.ACCEPTED, 50, -26, technician="8012", escalation=Escalation.BREACHED),
    make_ticket(6, S.SUSPENDED, 70, 20, technician="8012", resume_to=S.ACCEPTED, resolve_left_ms=20 * HOUR),
    make_ticket(7, S.RETURNED, 30, 4, technician="8011", result="换接头", cause="plug", department=""),
    make_ticket(8, S.NEW, 3, 40, type="complaint", category="service", department="", area="城关镇"),
    make_ticket(9, S.DISPATCHED, 90, -40, department="repair", area="城关镇", escalation=Escalation.BREACHED),
)
SUSPECT = Suspect(
    id=1,
    line="tv",
    area="东山片区",
    node="DS-07",
    numbers=["260302001", "260302003", "260302004"],
    since=world.NOW - 40 * world.MINUTE,
    at=world.NOW - 2 * world.MINUTE,
)
