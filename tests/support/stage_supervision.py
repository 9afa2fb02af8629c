"""What the stage answers to supervisors."""

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.core.states import AgentState, AgentStatus, RefusalCode
from engine.core.views import SpyView
from engine.wire import mirror, supervision
from engine.wire.base import Done, Nothing
from engine.wire.messages import Fault, Reason
from engine.wire.wallboard import WallboardLimits
from tests.support.stage_answers import answers, who

if TYPE_CHECKING:
    from tests.support.stage import Stage

_HEARD = (AgentState.TALKING, AgentState.HOLDING, AgentState.CONSULTING, AgentState.CONFERENCE)


def _refused(code: RefusalCode) -> Fault:
    return Fault(Reason.REFUSED, "not now", code)


@answers("monitor.listen")
def _listen(stage: "Stage", connection: Connection, params: supervision.ListenParams) -> Done:
    floor, own = stage.floor, who(connection)
    if own not in floor.desks:
        raise _refused(RefusalCode.NO_PHONE)
    agent = floor.agents[params.staff_number]
    if agent.state not in _HEARD:
        raise _refused(RefusalCode.NO_CALL)
    before = floor.spies.get(own)
    since = before.since if before and before.agent == agent.staff_number else floor.now
    spy = SpyView(
        staff_number=own, agent=agent.staff_number, call_id=agent.call_id, mode=params.mode, since=since
    )
    floor.spy(own, spy)
    return Done()


@answers("monitor.stop")
def _stop(stage: "Stage", connection: Connection, params: Nothing) -> Done:
    if who(connection) not in stage.floor.spies:
        raise _refused(RefusalCode.NOT_LISTENING)
    stage.floor.spy(who(connection), None)
    return Done()


@answers("monitor.take_over")
def _take_over(stage: "Stage", connection: Connection, params: supervision.AgentParams) -> Done:
    floor, own = stage.floor, who(connection)
    call = floor.desks[params.staff_number].call
    floor.hang_up(params.staff_number)
    if own in floor.spies:
        floor.spy(own, None)
    assert call is not None
    floor.change_desk(own, call=replace(call, staff_number=own))
    floor.change_agent(own, state=AgentState.TALKING, call_id=call.call_id)
    return Done()


@answers("calls.release")
def _release(stage: "Stage", connection: Connection, params: supervision.SupervisedCallParams) -> Done:
    stage.floor.end_call(params.call_id)
    return Done()


@answers("calls.pick")
def _pick(stage: "Stage", connection: Connection, params: supervision.PickParams) -> Done:
    floor = stage.floor
    call = floor.calls.get(params.call_id)
    if call is None or not call.position:
        raise _refused(RefusalCode.NOT_WAITING)
    agent = floor.agents[params.staff_number or who(connection)]
    if agent.call_id:
        raise _refused(RefusalCode.TARGET_BUSY)
    floor.end_call(params.call_id)
    if agent.staff_number in floor.desks:
        floor.present_call(call.cli, queue_id=call.queue_id, staff_number=agent.staff_number)
    return Done()


@answers("calls.move")
def _move(stage: "Stage", connection: Connection, params: supervision.MoveParams) -> Done:
    floor = stage.floor
    call = floor.calls.get(params.call_id)
    if call is None or not call.position:
        raise _refused(RefusalCode.NOT_WAITING)
    moved = replace(call, queue_id=params.queue_id or call.queue_id, position=1)
    floor.calls[moved.call_id] = moved
    floor.change_floor(calls=(moved,))
    return Done()


@answers("agents.force")
def _force(stage: "Stage", connection: Connection, params: supervision.ForceStatusParams) -> Done:
    floor = stage.floor
    agent = floor.agents[params.staff_number]
    if params.status is AgentStatus.LOGGED_OUT:
        if agent.call_id:
            raise _refused(RefusalCode.IN_CALL)
        floor.desks.pop(agent.staff_number, None)
        del floor.agents[agent.staff_number]
        floor.change_floor(gone_agents=(agent.staff_number,))
        return Done()
    changed = replace(agent, status=params.status, status_since=floor.now, reason=params.reason)
    floor.agents[agent.staff_number] = changed
    if agent.staff_number in floor.desks:
        floor.change_agent(
            agent.staff_number, status=params.status, status_since=floor.now, reason=params.reason
        )
    else:
        floor.change_floor(agents=(changed,))
    return Done()


@answers("mirror.watch")
def _watch(stage: "Stage", connection: Connection, params: mirror.WatchParams) -> Done:
    console = stage.consoles.get(params.staff_number)
    if console is None and params.staff_number not in stage.floor.desks:
        raise Fault(Reason.NOT_FOUND, "no console", "console")
    stage.mirrors.leave(connection, stage.consoles)
    stage.mirrors.join(params.staff_number, console, connection, stage.floor.now)
    return Done()


@answers("mirror.stop")
def _stop_watching(stage: "Stage", connection: Connection, params: Nothing) -> Done:
    stage.mirrors.leave(connection, stage.consoles)
    return Done()


@answers("mirror.paint")
def _frame(stage: "Stage", connection: Connection, params: mirror.PaintedParams) -> Done:
    painted = mirror.MirrorFrame(
        staff_number=who(connection),
        at=stage.floor.now,
        live=True,
        whole=params.whole,
        width=params.width,
        height=params.height,
        rows=params.rows,
    )
    stage.mirrors.paint(who(connection), painted)
    return Done()


@answers("wallboard.limits")
def _limits(stage: "Stage", connection: Connection, params: Nothing) -> WallboardLimits:
    return stage.limits
