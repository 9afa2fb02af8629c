"""Phone work at the stage: dialling, transfer, consultation, conference, as far as a console sees it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.adapters.unix_socket import Connection
from engine.core.states import AgentState, CallState, Direction, RefusalCode, TargetKind
from engine.core.views import CallView, PartyView
from engine.wire import phone
from engine.wire.base import Done, Nothing
from engine.wire.messages import Fault, Reason
from engine.wire.targets import TargetInfo, Targets
from tests.support import world
from tests.support.stage_answers import Answer, answers, who

if TYPE_CHECKING:
    from tests.support.stage import Stage
    from tests.support.stage_floor import StageFloor

FORBIDDEN = ("00", "168")


def dial(floor: "StageFloor", number: str, staff_number: str = "8001") -> str:
    """The agent's phone calls this number; its call id."""
    direction = Direction.INTERNAL if len(number) == 3 else Direction.OUTBOUND
    call = floor._new_call(
        number,
        CallState.DIALLING,
        queue_id="",
        staff_number=staff_number,
        direction=direction,
        offered_at=0,
        ivr_path=(),
    )
    floor.change_desk(staff_number, call=call, card=world.card_of(number))
    floor.change_agent(staff_number, state=AgentState.DIALLING, call_id=call.call_id)
    return call.call_id


def not_reached(floor: "StageFloor", reason: str, staff_number: str = "8001") -> None:
    """The dialled number was not picked up."""
    floor._clear(staff_number)
    floor.change_desk(staff_number, notice=reason)


def consult(floor: "StageFloor", name: str, number: str, staff_number: str = "8001") -> None:
    """A third party is called; the customer hears music."""
    party = PartyView(name=name, number=number, since=floor.now, answered=False, active=True)
    floor._move(staff_number, CallState.CONSULTING, AgentState.CONSULTING, party=party)
    floor.change_desk(staff_number, notice="")


def change_party(floor: "StageFloor", staff_number: str = "8001", **values: Any) -> None:
    call = call_at(floor, staff_number)
    assert call.party is not None
    floor.change_desk(staff_number, call=replace(call, party=replace(call.party, **values)))


def party_answers(floor: "StageFloor", staff_number: str = "8001") -> None:
    change_party(floor, staff_number, answered=True, since=floor.now)


def party_fails(floor: "StageFloor", reason: str, staff_number: str = "8001") -> None:
    """Nobody answers there: back to the customer, with the reason."""
    drop_party(floor, staff_number)
    floor.change_desk(staff_number, notice=reason)


def drop_party(floor: "StageFloor", staff_number: str = "8001") -> None:
    floor._move(staff_number, CallState.TALKING, AgentState.TALKING, party=None)


def transfer_in(floor: "StageFloor", sender: str, cli: str = "13893812345", **desk: Any) -> str:
    """Another agent's call is presented here, with what that one has written."""
    call_id = floor.present_call(cli)
    call = replace(call_at(floor, "8001"), sender=sender)
    floor.change_desk("8001", call=call, **desk)
    return call_id


def consulted(floor: "StageFloor", sender: str, cli: str = "13893812345", **desk: Any) -> str:
    """Another agent asks this one, with the own customer on hold; the other one is the party here."""
    call_id = floor.present_call(cli)
    party = PartyView(name=world.NAMES[sender], number=sender, since=floor.now, answered=False, active=True)
    call = replace(call_at(floor, "8001"), staff_number=sender, state=CallState.CONSULTING, party=party)
    floor.change_desk("8001", call=call, **desk)
    return call_id


def called_by(floor: "StageFloor", sender: str) -> None:
    """A colleague calls this agent."""
    floor.present_call("")
    party = PartyView(name=world.NAMES[sender], number=sender, since=floor.now, answered=False, active=True)
    call = replace(
        call_at(floor, "8001"), staff_number=sender, direction=Direction.INTERNAL, party=party, ivr_path=()
    )
    floor.change_desk("8001", call=call)


def consulted_answers(floor: "StageFloor") -> None:
    """The asked agent has picked up."""
    floor.change_agent("8001", state=AgentState.TALKING)
    change_party(floor, answered=True, since=floor.now)


def call_at(floor: "StageFloor", staff_number: str) -> CallView:
    call = floor.desks[staff_number].call
    assert call is not None
    return call


def _target_names(stage: "Stage", params: phone.TargetParams) -> str:
    return {**world.NAMES, **{seat.extension: seat.name for seat in world.SEATS}}.get(params.value, "")


@answers("agent.targets")
def _targets(stage: "Stage", connection: Connection, params: Nothing) -> Targets:
    agents = [agent for agent in stage.floor.agents.values() if agent.staff_number != who(connection)]
    return Targets(
        targets=[
            *(
                TargetInfo(
                    kind=TargetKind.AGENT,
                    value=agent.staff_number,
                    name=agent.name,
                    keys=world.PINYIN.get(agent.name, []),
                    agent=agent,
                )
                for agent in agents
            ),
            *(
                TargetInfo(
                    kind=TargetKind.QUEUE,
                    value=queue.queue_id,
                    name=queue.name,
                    name_en=queue.name_en,
                    keys=world.PINYIN.get(queue.name, []),
                    waiting=queue.waiting,
                )
                for queue in stage.floor.queues.values()
            ),
            TargetInfo(kind=TargetKind.EXTENSION, value="805", name="机房值班室", keys=["jfzbs"]),
            TargetInfo(
                kind=TargetKind.NODE, value="tariff", name="宽带资费说明,100M 每年三百六十元", keys=["kdzf"]
            ),
            TargetInfo(kind=TargetKind.SURVEY, value="", name=""),
        ]
    )


@answers("agent.dial")
def _dial(stage: "Stage", connection: Connection, params: phone.DialParams) -> phone.DialResult:
    digits = "".join(character for character in params.number if character.isdigit())
    if digits.startswith(FORBIDDEN):
        raise Fault(Reason.REFUSED, "forbidden", RefusalCode.NUMBER_FORBIDDEN)
    return phone.DialResult(call_id=dial(stage.floor, digits, who(connection)))


@answers("agent.transfer")
def _transfer(stage: "Stage", connection: Connection, params: phone.TargetParams) -> Done:
    _at(stage, connection, AgentState.TALKING, AgentState.HOLDING)
    stage.floor.hang_up(who(connection))
    return Done()


@answers("agent.consult")
def _consult(stage: "Stage", connection: Connection, params: phone.TargetParams) -> Done:
    _at(stage, connection, AgentState.TALKING, AgentState.HOLDING)
    consult(stage.floor, _target_names(stage, params), params.value, who(connection))
    return Done()


@answers("agent.alternate")
def _alternate(stage: "Stage", connection: Connection, params: Nothing) -> Done:
    _at(stage, connection, AgentState.CONSULTING)
    party = call_at(stage.floor, who(connection)).party
    assert party is not None
    change_party(stage.floor, who(connection), active=not party.active)
    return Done()


@answers("agent.complete_transfer")
def _complete(stage: "Stage", connection: Connection, params: Nothing) -> Done:
    _at(stage, connection, AgentState.CONSULTING, AgentState.CONFERENCE)
    stage.floor.change_desk(who(connection), call=replace(call_at(stage.floor, who(connection)), party=None))
    stage.floor.hang_up(who(connection))
    return Done()


@answers("agent.cancel_consult")
def _cancel(stage: "Stage", connection: Connection, params: Nothing) -> Done:
    _at(stage, connection, AgentState.CONSULTING, AgentState.CONFERENCE)
    drop_party(stage.floor, who(connection))
    return Done()


@answers("agent.conference")
def _conference(stage: "Stage", connection: Connection, params: Nothing) -> Done:
    _at(stage, connection, AgentState.CONSULTING)
    stage.floor._move(who(connection), CallState.CONFERENCE, AgentState.CONFERENCE)
    return Done()


@answers("agent.digits")
def _digits(stage: "Stage", connection: Connection, params: phone.DigitsParams) -> Done:
    _at(stage, connection, AgentState.TALKING, AgentState.CONSULTING, AgentState.CONFERENCE)
    return Done()


def _switch(field: str) -> Answer:
    def answer(stage: "Stage", connection: Connection, params: phone.SwitchParams) -> Done:
        value = stage.floor.now * params.on if field == "hand_since" else params.on
        stage.floor.change_agent(who(connection), **{field: value})
        return Done()

    return answer


answers("agent.mute")(_switch("muted"))
answers("agent.help")(_switch("hand_since"))


def _at(stage: "Stage", connection: Connection, *states: AgentState) -> None:
    """The agent is in one of these states, or is refused."""
    if stage.floor.desks[who(connection)].agent.state not in states:
        raise Fault(Reason.REFUSED, "not now", RefusalCode.NOT_TALKING)
