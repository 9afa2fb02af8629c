"""A customer's mark for the talk that has ended.

It is asked for when the agent has hung up and the customer is still there, in queues with a survey, or where
an agent hands the customer over to it. The mark belongs to the call and to the agent who had it last.
"""

from dataclasses import replace

from engine.core.effects import StoreCall, StoreSurvey
from engine.core.floor.entities import Call
from engine.core.floor.state import FloorState
from engine.core.ivr.interpreter import survey_node
from engine.core.records import Millis
from engine.core.states import CallState, Direction


def node_after_talk(floor: FloorState, call: Call) -> str:
    """Where the flow asks for a mark after this talk; empty: it is not to be asked for."""
    queue = floor.plan.queues.get(call.record.queue_id)
    wanted = queue is not None and queue.survey and call.record.direction is Direction.INBOUND
    together = call.state in (CallState.TALKING, CallState.HOLDING)
    return survey_node(floor.flow_of(call)) if wanted and together and floor.switch_up else ""


def keep(floor: FloorState, call: Call, score: int, now: Millis) -> None:
    """The customer pressed a key of 1 to 5."""
    call.record = replace(call.record, survey=score)
    floor.emit(StoreCall(record=call.record))
    floor.emit(
        StoreSurvey(call_id=call.id, staff_number=call.record.staff_number, score=score, at=now),
    )
