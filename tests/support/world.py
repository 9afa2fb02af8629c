"""A small call centre to show on screens: people with long and short names, queues, lines, stored calls."""

import datetime
from zoneinfo import ZoneInfo

from engine.core.records import (
    AgentDay,
    Customer,
    CustomerCard,
    Millis,
    PastCall,
    RecordingInfo,
    User,
)
from engine.core.states import AgentState, AgentStatus, AlarmKind, AlarmLevel, Outcome, Role
from engine.core.views import AgentView, AlarmView, CallRow, LineView, QueueView, SwitchView
from engine.wire.methods import NamedId, SeatInfo
from engine.wire.prompts import PromptInfo

ZONE = ZoneInfo("Asia/Shanghai")
PIN = "4711"
SECOND = 1000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE


def instant(text: str) -> Millis:
    """2026-03-02 09:30 on the clock of the site."""
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


NOW = instant("2026-03-02 09:30")

USERS = (
    User(staff_number="8001", name="王小丽", role=Role.AGENT),
    User(staff_number="8002", name="欧阳静怡", role=Role.AGENT),
    User(staff_number="8003", name="迪丽努尔·阿卜杜热西提", role=Role.AGENT),
    User(staff_number="8009", name="李退休", role=Role.AGENT, disabled=True),
    User(staff_number="9001", name="陈班长", role=Role.SUPERVISOR),
    User(staff_number="9000", name="管理员", role=Role.ADMIN),
)
NAMES = {user.staff_number: user.name for user in USERS}


def is_supervisor(staff_number: str) -> bool:
    """Whether a seat taken by this one is for listening."""
    return any(user.staff_number == staff_number and user.role is not Role.AGENT for user in USERS)


# What people type of names instead of characters.
PINYIN = {
    "王小丽": ["wangxiaoli", "wxl"],
    "欧阳静怡": ["ouyangjingyi", "oyjy"],
    "迪丽努尔·阿卜杜热西提": ["dilinuer", "dlne"],
    "人工服务": ["rengongfuwu", "rgfw"],
    "业务咨询": ["yewuzixun", "ywzx"],
    "故障申告": ["guzhangshengao", "gzsg"],
    "投诉建议": ["tousujianyi", "tsjy"],
}

SEATS = [
    SeatInfo(id="seat1", name="一号席", extension="801", phone="auto"),
    SeatInfo(id="seat2", name="二号席", extension="802", phone="ring"),
    SeatInfo(id="seat3", name="三号席", extension="803", phone="ring"),
]

QUEUE_NAMES = [
    NamedId(id="general", name="人工服务", name_en="General"),
    NamedId(id="enquiry", name="业务咨询", name_en="Enquiries"),
    NamedId(id="fault", name="故障申告", name_en="Faults"),
    NamedId(id="complaint", name="投诉建议", name_en="Complaints"),
]

BREAK_REASONS = [
    NamedId(id="meal", name="就餐", name_en="Meal"),
    NamedId(id="meeting", name="会议", name_en="Meeting"),
    NamedId(id="training", name="培训", name_en="Training"),
    NamedId(id="rest", name="休息", name_en="Rest"),
]

PLACES = [
    NamedId(id="main_menu", name="主菜单", name_en="Main menu"),
    NamedId(id="account", name="查费缴费", name_en="Account"),
    NamedId(id="fault", name="故障申告", name_en="Report a fault"),
]
DISPOSITIONS = [
    NamedId(id="answered_question", name="咨询已答复", name_en="Question answered"),
    NamedId(id="fault_reported", name="故障已登记", name_en="Fault noted"),
    NamedId(id="complaint", name="投诉建议", name_en="Complaint"),
    NamedId(id="business_done", name="业务已办理", name_en="Business done"),
    NamedId(id="follow_up", name="待跟进", name_en="To follow up"),
    NamedId(id="wrong_number", name="打错电话", name_en="Wrong number"),
]

CUSTOMERS = (
    Customer(
        id=1,
        name="张华山",
        customer_number="GD0000001",
        phones=("13893812345", "09318881234"),
        address="城关镇人民路12号3单元501",
        area="城关镇",
        card_number="8101000000000017",
        packages=("高清基础包", "宽带100M"),
        balance_fen=12850,
    ),
    Customer(
        id=2,
        name="迪丽拜尔·买买提艾力·阿卜杜热合曼",
        customer_number="GD0000002",
        phones=("13993800002",),
        address="新城镇石门口村三社幸福小区二期18号楼2单元1902室(老供销社对面)",
        area="新城镇",
        card_number="8101000000000025",
        packages=("高清基础包", "体育付费包", "少儿付费包", "宽带200M"),
        balance_fen=-3600,
        vip=True,
        remark="听力不好,请大声慢说",
    ),
    Customer(
        id=3,
        name="李四",
        customer_number="GD0000003",
        phones=("13893812345",),
        address="城关镇人民路12号3单元502",
        area="城关镇",
        card_number="8101000000000033",
        packages=("数字基础包",),
    ),
)

PAST_CALLS = (
    PastCall(
        call_id="c-900",
        at=NOW - 2 * DAY,
        staff_number="8002",
        agent_name="欧阳静怡",
        queue_id="fault",
        outcome=Outcome.ANSWERED,
        disposition="follow_up",
        note="机顶盒无信号,已登记,约定周三上门检修",
        unsolved=True,
    ),
    PastCall(
        call_id="c-812",
        at=NOW - 40 * DAY,
        staff_number="8001",
        agent_name="王小丽",
        queue_id="enquiry",
        outcome=Outcome.ANSWERED,
        disposition="answered_question",
        note="咨询宽带资费",
    ),
)


def card_of(cli: str) -> CustomerCard:
    """The card that pops up for a number."""
    matches = tuple(customer for customer in CUSTOMERS if cli in customer.phones)
    if not matches:
        return CustomerCard(cli=cli)
    past = PAST_CALLS if matches[0].id == 1 else ()
    open_remarks = tuple(call for call in past if call.unsolved)
    return CustomerCard(
        cli=cli, customer=matches[0], matches=matches[1:], past_calls=past, open_remarks=open_remarks
    )


def agent(staff_number: str, seat_id: str, extension: str, status: AgentStatus, **more: object) -> AgentView:
    """An idle agent since ten minutes, with what `more` says otherwise."""
    values: dict[str, object] = {
        "staff_number": staff_number,
        "name": NAMES[staff_number],
        "seat_id": seat_id,
        "extension": extension,
        "status": status,
        "status_since": NOW - 10 * MINUTE,
        "reason": "",
        "state": AgentState.IDLE,
        "state_since": NOW - 10 * MINUTE,
        "call_id": "",
        "next_status": None,
        "phone_reachable": True,
        "console_attached": True,
    }
    return AgentView(**{**values, **more})  # type: ignore[arg-type]


AGENTS = (
    agent("8002", "seat2", "802", AgentStatus.READY),
    agent("8003", "seat3", "803", AgentStatus.BREAK, reason="meal"),
)

LINES = (
    LineView(line_id="line1", name="外线1", channels=1, busy=0),
    LineView(line_id="line2", name="外线2", channels=1, busy=0),
)

SWITCH = SwitchView(up=True, since=NOW - 60 * MINUTE, reason="")


def queue(name: NamedId, **more: object) -> QueueView:
    """A queue in which nothing has happened, with what `more` says otherwise."""
    values: dict[str, object] = {
        "queue_id": name.id,
        "name": name.name,
        "name_en": name.name_en,
        "waiting": 0,
        "longest_wait_since": 0,
        "offered": 0,
        "offered_ended": 0,
        "answered": 0,
        "handled": 0,
        "abandoned": 0,
        "short_abandoned": 0,
        "answered_within": 0,
        "service_level_seconds": 20,
        "service_level": None,
        "mean_wait_ms": 0,
        "mean_talk_ms": 0,
    }
    return QueueView(**{**values, **more})  # type: ignore[arg-type]


QUEUES = (
    queue(
        QUEUE_NAMES[0],
        offered=20,
        offered_ended=20,
        answered=17,
        handled=17,
        abandoned=3,
        short_abandoned=1,
        answered_within=16,
        service_level=16 / 19,
        mean_wait_ms=8_400,
        mean_talk_ms=95_000,
    ),
    queue(QUEUE_NAMES[1]),
    queue(
        QUEUE_NAMES[2],
        offered=4,
        offered_ended=4,
        answered=4,
        handled=3,
        answered_within=4,
        service_level=1.0,
        mean_wait_ms=6_000,
        mean_talk_ms=60_000,
    ),
    queue(QUEUE_NAMES[3]),
)

DAY_FIGURES = AgentDay(
    staff_number="8001",
    presented=13,
    answered=12,
    rona=1,
    talk_ms=19 * MINUTE,
    wrap_up_ms=5 * MINUTE,
    break_ms=10 * MINUTE,
    logged_in_ms=90 * MINUTE,
    by_disposition={"answered_question": 7, "fault_reported": 4, "wrong_number": 1},
)


def row(call_id: str, at: Millis, **more: object) -> CallRow:
    """A stored call that 8001 answered, with what `more` says otherwise."""
    values: dict[str, object] = {
        "call_id": call_id,
        "accepted_at": at,
        "cli": "13893812345",
        "customer_id": 1,
        "customer_name": "张华山",
        "line_id": "line1",
        "queue_id": "fault",
        "staff_number": "8001",
        "outcome": "answered",
        "ended_by": "customer",
        "wait_ms": 7_000,
        "talk_ms": 83_000,
        "length_ms": 112_000,
        "disposition": "fault_reported",
        "note": "机顶盒无信号",
        "unsolved": False,
        "recording": f"2026/03/02/{call_id}.wav",
    }
    return CallRow(**{**values, **more})  # type: ignore[arg-type]


CALL_ROWS = (
    row("c-1003", NOW - 20 * MINUTE),
    row(
        "c-1002",
        NOW - 50 * MINUTE,
        cli="13993800002",
        customer_id=2,
        customer_name=CUSTOMERS[1].name,
        queue_id="general",
        staff_number="",
        outcome="abandoned",
        wait_ms=41_000,
        talk_ms=0,
        length_ms=55_000,
        disposition="",
        note="",
    ),
    row(
        "c-1001",
        NOW - DAY,
        cli="anonymous",
        customer_id=0,
        customer_name="",
        line_id="line2",
        queue_id="",
        staff_number="",
        outcome="ivr_exit",
        wait_ms=0,
        talk_ms=0,
        length_ms=9_000,
        disposition="",
        note="",
        recording="",
    ),
)


def recording(call_id: str, at: Millis, size: int, sha256: str) -> RecordingInfo:
    """What the engine knows about a recorded call."""
    return RecordingInfo(
        call_id=call_id,
        path=f"2026/03/02/{call_id}.wav",
        started_at=at,
        length_ms=112_000,
        codec="pcm_s16le 8000 Hz stereo",
        size=size,
        sha256=sha256,
        customer_rms_dbfs=-21.5,
        agent_rms_dbfs=-19.0,
    )


PROMPT_TEXTS = {
    "greeting": "您好,欢迎使用某某广电网络分公司客服热线!",
    "main_menu": "业务咨询请按1,故障申告请按2,人工服务请按0。",
    "wrong_key": "您按的键不对。",
    "no_input": "您没有按键。",
    "message": "请在提示音后留言。",
    "balance_paid": "您的余额是{balance:money}。",
    "balance_owing": "您已欠费{arrears:money}。",
    "goodbye": "谢谢您的来电,再见。",
    "technical_error": "系统出了点问题,正在为您转人工。",
}
PROMPT_TEXTS_EN = {
    "greeting": "Welcome to the service line of Cable Network.",
    "main_menu": "For enquiries, press 1. To report a fault, press 2. For an agent, press 0.",
    "wrong_key": "That key is not in use.",
    "no_input": "You pressed no key.",
    "message": "Please speak after the tone.",
    "balance_paid": "Your balance is {balance:money}.",
    "balance_owing": "You owe {arrears:money}.",
    "goodbye": "Thank you for your call. Goodbye.",
    "technical_error": "Something is wrong here; we are putting you through to an agent.",
}

PROMPTS = [
    PromptInfo(
        id="greeting",
        text=PROMPT_TEXTS["greeting"],
        path="/srv/prompts/human/greeting.wav",
        source="human",
        seconds=4.2,
        number=1,
        stale=True,
        recorded_text="您好,欢迎使用广电客服热线!",
    ),
    PromptInfo(
        id="main_menu",
        text=PROMPT_TEXTS["main_menu"],
        path="/srv/prompts/zh/main_menu.wav",
        source="synthesised",
        seconds=6.05,
        number=2,
    ),
    PromptInfo(id="goodbye", text=PROMPT_TEXTS["goodbye"], path="", source="missing", seconds=0.0),
    PromptInfo(
        id="greeting",
        text=PROMPT_TEXTS_EN["greeting"],
        path="/srv/prompts/en/greeting.wav",
        source="synthesised",
        seconds=3.4,
        language="en",
        number=1,
    ),
]

OWES = "13993800002"  # who calls from here is in arrears
FLOW = """\
start = "greeting"
operator = "general"

[nodes.greeting]
kind = "play"
prompts = ["greeting"]
next = "main_menu"

[nodes.main_menu]
kind = "menu"
prompts = ["main_menu"]
wrong_key = "wrong_key"
no_input = "no_input"
exhausted = "general"

[nodes.main_menu.keys]
1 = "enquiry"
2 = "fault"
3 = "who"
0 = "general"

[nodes.who]
kind = "service"
service = "recognise"
outcomes = { found = "balance", several = "general", unknown = "general", failed = "general" }

[nodes.balance]
kind = "service"
service = "balance"
outcomes = { paid = "balance_paid", owing = "balance_owing", unidentified = "general", failed = "general" }

[nodes.balance_paid]
kind = "play"
prompts = ["balance_paid"]
next = "main_menu"

[nodes.balance_owing]
kind = "play"
prompts = ["balance_owing"]
next = "main_menu"

[nodes.enquiry]
kind = "queue"
queue = "enquiry"
on_timeout = "message"
on_full = "message"
on_no_agents = "message"
on_closed = "message"

[nodes.fault]
kind = "queue"
queue = "fault"
on_timeout = "message"
on_full = "message"
on_no_agents = "message"
on_closed = "message"

[nodes.general]
kind = "queue"
queue = "general"
on_timeout = "message"
on_full = "message"
on_no_agents = "message"
on_closed = "message"

[nodes.message]
kind = "message"
prompts = ["message"]
next = "goodbye"
exhausted = "goodbye"

[nodes.goodbye]
kind = "hangup"
prompts = ["goodbye"]
"""


def alarm(kind: AlarmKind, subject: str = "", **more: object) -> AlarmView:
    """An alarm that is up for two minutes, with what `more` says otherwise."""
    values: dict[str, object] = {
        "id": f"{kind}:{subject}" if subject else str(kind),
        "kind": kind,
        "subject": subject,
        "since": NOW - 2 * MINUTE,
        "level": AlarmLevel.WARNING,
        "value": 0,
        "limit": 0,
    }
    return AlarmView(**{**values, **more})  # type: ignore[arg-type]


ALARMS = (
    alarm(AlarmKind.LINE_UNREACHABLE, "line2", level=AlarmLevel.CRITICAL),
    alarm(AlarmKind.LONGEST_WAIT, "fault", value=75, limit=60),
    alarm(AlarmKind.DISK, value=420, limit=500),
)
