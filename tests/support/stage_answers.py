"""What the stage answers to each method of the socket."""

import base64
import hashlib
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.adapters.unix_socket import Connection
from engine.core.ivr.services import SERVICES
from engine.core.records import CallRecord, User
from engine.core.states import AgentState, EndedBy, Outcome, RefusalCode, Role
from engine.core.views import Identity
from engine.wire import methods
from engine.wire.ivr import IvrAnswer, IvrAskParams
from engine.wire.messages import PROTOCOL, Fault, Reason
from engine.wire.methods import Done
from tests.support import world

if TYPE_CHECKING:
    from tests.support.stage import Stage

CHUNK = 65_536
ADMIN = Identity(staff_number="root", name="root", role=Role.ADMIN)

Answer = Callable[["Stage", Connection, Any], Any]
ANSWERS: dict[str, Answer] = {}


def answers(name: str) -> Callable[[Answer], Answer]:
    def register(function: Answer) -> Answer:
        ANSWERS[name] = function
        return function

    return register


@answers("session.hello")
def _hello(stage: "Stage", connection: Connection, params: methods.HelloParams) -> methods.HelloResult:
    if stage.local_admin and connection.identity is None:
        connection.identity = ADMIN
    return methods.HelloResult(
        protocol=PROTOCOL,
        version="0.1.0",
        site="某某广电网络分公司",
        language="zh",
        timezone="Asia/Shanghai",
        now=stage.floor.now,
        seats=world.SEATS,
        queues=world.QUEUE_NAMES,
        break_reasons=world.BREAK_REASONS,
        dispositions=world.DISPOSITIONS,
        identity=connection.identity,
        places=world.PLACES,
    )


@answers("session.log_in")
def _log_in(stage: "Stage", connection: Connection, params: methods.LogInParams) -> methods.LogInResult:
    user = stage.users.get(params.staff_number)
    if user is None or params.pin != stage.pins.get(params.staff_number, world.PIN):
        raise Fault(Reason.WRONG_PIN, "wrong staff number or PIN", "4")
    if user.disabled:
        raise Fault(Reason.DISABLED, "this user is disabled")
    taken = {desk.agent.seat_id for number, desk in stage.floor.desks.items() if number != user.staff_number}
    if params.seat and params.seat in taken:
        raise Fault(Reason.REFUSED, "seat taken", RefusalCode.SEAT_TAKEN)
    connection.identity = Identity(
        staff_number=user.staff_number, name=user.name, role=user.role, department=user.department
    )
    desk = stage.floor.take_seat(user.staff_number, params.seat) if params.seat else None
    return methods.LogInResult(identity=connection.identity, desk=desk)


@answers("session.log_out")
def _log_out(stage: "Stage", connection: Connection, params: methods.Nothing) -> Done:
    stage.floor.leave_seat(who(connection))
    connection.identity = None
    connection.data.clear()
    return Done()


@answers("view.subscribe")
def _subscribe(stage: "Stage", connection: Connection, params: methods.SubscribeParams) -> methods.Views:
    connection.data["topics"] = params.topics
    return methods.Views(
        desk=stage.floor.desks.get(who(connection)) if "desk" in params.topics else None,
        floor=stage.floor.floor() if "floor" in params.topics else None,
    )


def _moves(state: AgentState, verb: str, refusal: RefusalCode) -> Answer:
    def answer(stage: "Stage", connection: Connection, params: methods.Nothing) -> Done:
        desk = stage.floor.desks[who(connection)]
        if desk.agent.state is not state:
            raise Fault(Reason.REFUSED, "not now", refusal)
        if verb == "answer" and desk.phone == "ring":
            return Done()  # the phone is asked; this one has to be picked up by hand
        getattr(stage.floor, verb)(who(connection))
        return Done()

    return answer


ANSWERS["agent.answer"] = _moves(AgentState.RINGING, "answer", RefusalCode.NOT_PRESENTED)
ANSWERS["agent.reject"] = _moves(AgentState.RINGING, "withdraw", RefusalCode.NOT_PRESENTED)
ANSWERS["agent.hold"] = _moves(AgentState.TALKING, "hold", RefusalCode.NOT_TALKING)
ANSWERS["agent.retrieve"] = _moves(AgentState.HOLDING, "retrieve", RefusalCode.NOT_HOLDING)
ANSWERS["agent.finish_wrap_up"] = _moves(AgentState.WRAP_UP, "finish_wrap_up", RefusalCode.NOT_IN_WRAP_UP)
ANSWERS["agent.extend_wrap_up"] = _moves(AgentState.WRAP_UP, "extend_wrap_up", RefusalCode.NOT_IN_WRAP_UP)


@answers("agent.hang_up")
def _hang_up(stage: "Stage", connection: Connection, params: methods.Nothing) -> Done:
    state = stage.floor.desks[who(connection)].agent.state
    if state is AgentState.DIALLING:
        stage.floor.abandon(who(connection))
        return Done()
    if state not in (AgentState.TALKING, AgentState.HOLDING, AgentState.CONFERENCE):
        raise Fault(Reason.REFUSED, "not now", RefusalCode.NOT_TALKING)
    stage.floor.hang_up(who(connection))
    return Done()


@answers("agent.ready")
def _ready(stage: "Stage", connection: Connection, params: methods.Nothing) -> Done:
    stage.floor.ready(who(connection))
    return Done()


@answers("agent.break")
def _break(stage: "Stage", connection: Connection, params: methods.BreakParams) -> Done:
    stage.floor.go_on_break(params.reason, who(connection))
    return Done()


@answers("agent.day")
def _day(stage: "Stage", connection: Connection, params: methods.Nothing) -> Any:
    return replace(world.DAY_FIGURES, staff_number=who(connection))


@answers("call.draft")
def _draft(stage: "Stage", connection: Connection, params: methods.DraftParams) -> Done:
    stage.floor.change_desk(who(connection), draft=params.note)
    return Done()


@answers("call.note")
def _note(stage: "Stage", connection: Connection, params: methods.NoteParams) -> Done:
    stage.notes[params.call_id] = params.note
    return Done()


@answers("calls.list")
def _calls(stage: "Stage", connection: Connection, params: methods.CallsParams) -> methods.Calls:
    rows = [
        row
        for row in stage.call_rows
        if params.staff_number in ("", row.staff_number)
        and params.outcome in ("", row.outcome)
        and params.queue_id in ("", row.queue_id)
        and params.customer_id in (0, row.customer_id)
        and params.since <= row.accepted_at
        and (params.until == 0 or row.accepted_at < params.until)
    ]
    return methods.Calls(calls=rows[: params.limit])


@answers("calls.show")
def _call(stage: "Stage", connection: Connection, params: methods.CallIdParams) -> methods.CallDetail:
    row = next((row for row in stage.call_rows if row.call_id == params.call_id), None)
    if row is None:
        raise Fault(Reason.NOT_FOUND, f"not_found call_id {params.call_id}")
    record = CallRecord(
        call_id=row.call_id,
        line_id=row.line_id,
        did="96335",
        cli=row.cli,
        cli_raw=row.cli,
        customer_id=row.customer_id,
        accepted_at=row.accepted_at,
        offered_at=row.accepted_at + 15_000,
        queue_id=row.queue_id,
        presented_at=row.accepted_at + 16_000,
        answered_at=row.accepted_at + 22_000,
        ended_at=row.accepted_at + row.length_ms,
        wait_ms=row.wait_ms,
        talk_ms=row.talk_ms,
        wrap_up_ms=21_000,
        presented_count=1,
        outcome=Outcome(row.outcome),
        ended_by=EndedBy(row.ended_by),
        staff_number=row.staff_number,
        seat_id="seat1",
        ivr_path=("greeting", "main_menu", "fault"),
    )
    info = stage.recordings.get(row.call_id)
    return methods.CallDetail(
        record=record,
        customer=stage.customers.get(row.customer_id),
        notes=list(world.PAST_CALLS[:1]) if row.customer_id == 1 else [],
        recordings=[info] if info else [],
    )


@answers("recordings.list")
def _recordings(stage: "Stage", connection: Connection, params: methods.CallsParams) -> methods.Recordings:
    wanted = {row.call_id for row in _calls(stage, connection, params).calls}
    found = [info for info in stage.recordings.values() if info.call_id in wanted]
    return methods.Recordings(recordings=found, folder=str(stage.folder / "recordings"))


@answers("recordings.locate")
def _locate(stage: "Stage", connection: Connection, params: methods.ChunkParams) -> methods.RecordingFile:
    info = stage.recordings.get(params.call_id)
    if info is None:
        raise Fault(Reason.NOT_FOUND, f"no recording of {params.call_id}", params.call_id)
    path = stage.folder / "recordings" / info.path
    return methods.RecordingFile(info=info, path=str(path) if stage.paths_readable else "/nowhere/x.wav")


@answers("recordings.read")
def _read(stage: "Stage", connection: Connection, params: methods.ChunkParams) -> methods.Chunk:
    content = (stage.folder / "recordings" / stage.recordings[params.call_id].path).read_bytes()
    data = content[params.offset : params.offset + CHUNK]
    return methods.Chunk(data=base64.b64encode(data).decode(), size=len(content))


@answers("floor.status")
def _status(stage: "Stage", connection: Connection, params: methods.Nothing) -> methods.StatusResult:
    floor = stage.floor
    seats = [
        methods.SeatStatus(
            id=seat.id,
            name=seat.name,
            extension=seat.extension,
            phone=seat.phone,
            secret="s3cret-801",
            reachable=seat.id != "seat3",
            staff_number=next((a.staff_number for a in floor.agents.values() if a.seat_id == seat.id), ""),
        )
        for seat in world.SEATS
    ]
    return methods.StatusResult(
        version="0.1.0",
        site="某某广电网络分公司",
        started_at=floor.now - 60 * world.MINUTE,
        now=floor.now,
        switch=floor.switch,
        lines=list(floor.lines.values()),
        seats=seats,
        calls=len(floor.calls),
        waiting=sum(queue.waiting for queue in floor.queues.values()),
        agents=len(floor.agents),
        open=True,
        disk_free_mb=51_200,
        journal_rows=1_234,
        problems=list(stage.problems),
    )


@answers("floor.agents")
def _agents(stage: "Stage", connection: Connection, params: methods.Nothing) -> methods.Agents:
    return methods.Agents(agents=list(stage.floor.agents.values()))


@answers("floor.queues")
def _queues(stage: "Stage", connection: Connection, params: methods.Nothing) -> methods.Queues:
    return methods.Queues(queues=list(stage.floor.queues.values()))


@answers("users.list")
def _users(stage: "Stage", connection: Connection, params: methods.Nothing) -> methods.Users:
    return methods.Users(users=list(stage.users.values()))


@answers("users.add")
def _add(stage: "Stage", connection: Connection, params: methods.AddUserParams) -> User:
    if params.staff_number in stage.users:
        raise Fault(Reason.CONFLICT, f"duplicate staff_number {params.staff_number}")
    user = User(
        staff_number=params.staff_number,
        name=params.name,
        role=params.role,
        department=_department(stage, params.department),
    )
    stage.users[user.staff_number] = user
    stage.pins[user.staff_number] = params.pin
    return user


@answers("users.move")
def _move(stage: "Stage", connection: Connection, params: methods.MoveUserParams) -> User:
    user = known_user(stage, params.staff_number)
    stage.users[user.staff_number] = replace(user, department=_department(stage, params.department))
    return stage.users[user.staff_number]


def _department(stage: "Stage", department: str) -> str:
    if department and department not in {one.id for one in stage.configuration.config.departments}:
        raise Fault(Reason.INVALID, f"unknown department `{department}`", "department")
    return department


def _set_user(disabled: bool) -> Answer:
    def answer(stage: "Stage", connection: Connection, params: methods.StaffParams) -> Done:
        user = known_user(stage, params.staff_number)
        stage.users[user.staff_number] = replace(user, disabled=disabled, locked_until=0)
        return Done()

    return answer


ANSWERS["users.disable"] = _set_user(disabled=True)
ANSWERS["users.enable"] = _set_user(disabled=False)


@answers("users.reset_pin")
def _reset(stage: "Stage", connection: Connection, params: methods.ResetPinParams) -> Done:
    stage.pins[known_user(stage, params.staff_number).staff_number] = params.pin
    return Done()


@answers("ivr.ask")
def _ask(stage: "Stage", connection: Connection, params: IvrAskParams) -> IvrAnswer:
    service = SERVICES[params.service]
    outcome = "owing" if params.service == "balance" and params.cli == world.OWES else service.outcomes[0]
    return IvrAnswer(outcome=outcome, values=dict(service.answers[outcome]), sample=service.changes)


@answers("ivr.flow")
def _flow(stage: "Stage", connection: Connection, params: methods.Nothing) -> methods.FlowText:
    return methods.FlowText(
        filename="flows/main.toml", files={"main.toml": stage.flow_text}, texts=stage.prompt_texts
    )


@answers("audit.list")
def _audit(stage: "Stage", connection: Connection, params: methods.AuditParams) -> methods.Audit:
    rows = [
        methods.AuditRow(
            at=world.NOW - 3 * world.MINUTE, who="9000", what="users.reset_pin", subject="8001", detail=""
        ),
        methods.AuditRow(
            at=world.NOW - 9 * world.MINUTE,
            who="9001",
            what="recordings.read",
            subject="c-1003",
            detail="call",
        ),
    ]
    return methods.Audit(rows=rows[: params.limit])


def who(connection: Connection) -> str:
    assert connection.identity is not None
    return connection.identity.staff_number


def known_user(stage: "Stage", staff_number: str) -> User:
    if staff_number not in stage.users:
        raise Fault(Reason.NOT_FOUND, f"not_found staff_number {staff_number}")
    return stage.users[staff_number]


def silent_wav(seconds: int) -> bytes:
    """A stereo file of 8 kHz, 16 bit."""
    size = seconds * 8000 * 4
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + size,
        b"WAVE",
        b"fmt ",
        16,
        1,
        2,
        8000,
        32000,
        4,
        16,
        b"data",
        size,
    )
    return head + bytes(size)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
