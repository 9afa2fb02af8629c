"""Phone work of agents: dial out, transfer, consult, conference, and asking for help."""

from engine.core.states import TargetKind
from engine.wire.base import A, Done, Method, Nothing, Params, Result


class DialParams(Params):
    """`number`: an outside number or an extension, as people write it. `customer_id`: 0 looks it up.

    A number that is shown masked (139****5678) is dialled with the id of its customer, or with the number of
    its ticket.
    """

    number: str
    customer_id: int = 0
    ticket: str = ""


class DialResult(Result):
    """The call that was begun; it shows on the desk."""

    call_id: str


class TargetParams(Params):
    """Where a call is to go. `value`: staff number, queue id, extension, number or flow node by `kind`."""

    kind: TargetKind
    value: str = ""


class DigitsParams(Params):
    """Keys 0-9 * # A-D, at most 32 at once."""

    digits: str


class SwitchParams(Params):
    on: bool


PHONE_METHODS: tuple[Method, ...] = (
    Method("agent.dial", DialParams, DialResult, A, "Call a number or an extension from the own seat."),
    Method("agent.transfer", TargetParams, Done, A, "Hand the call over without speaking first."),
    Method("agent.consult", TargetParams, Done, A, "Speak to a third party; the customer hears music."),
    Method("agent.alternate", Nothing, Done, A, "Speak to the other one: customer or third party."),
    Method("agent.complete_transfer", Nothing, Done, A, "Join customer and third party, and leave."),
    Method("agent.cancel_consult", Nothing, Done, A, "Let the third party go; back to the customer."),
    Method("agent.conference", Nothing, Done, A, "Join all three."),
    Method("agent.digits", DigitsParams, Done, A, "Send keys to the one who is spoken to."),
    Method("agent.mute", SwitchParams, Done, A, "Whether the others hear the own microphone."),
    Method("agent.extend_wrap_up", Nothing, Done, A, "More time for the after-call work, once."),
    Method("agent.help", SwitchParams, Done, A, "Raise or lower the hand; supervisors see it at once."),
)
