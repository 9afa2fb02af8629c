"""What agents ask of the floor. A request is done, or refused with a code."""

from dataclasses import dataclass, field

from engine.core.ivr.values import Values
from engine.core.notices import Watcher
from engine.core.states import AgentStatus, CallbackResult, RefusalCode, SpyMode, TargetKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Take a seat. The PIN was checked before; a new agent starts on break and says when ready.

    `supervises`: a supervisor's seat, whose phone is for listening; nobody counts on it for callers.
    """

    staff_number: str
    name: str
    seat_id: str
    supervises: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOut:
    """Leave the seat; refused in a call, ends a wrap-up."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoReady:
    """Want calls; ends a wrap-up."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOnBreak:
    """Want no calls; in a call it means afterwards."""

    staff_number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Take the presented call."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Refuse the presented call: it goes back to its old place, the agent on break."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the talk."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Let the customer hear music."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieve:
    """Talk to the held customer again."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishWrapUp:
    """The after-call work is done."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendWrapUp:
    """More time for the after-call work, once."""

    staff_number: str


# Phone work


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a call is to go. `value` by `kind`: staff number, queue id, extension, number or flow node."""

    kind: TargetKind
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Call a number or an extension from the own seat. `call_id` is new; `number` is normalised."""

    staff_number: str
    call_id: str
    number: str
    customer_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Hand the customer over without speaking first."""

    staff_number: str
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Consult:
    """Speak to a third party while the customer hears music."""

    staff_number: str
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCustomer:
    """Let the customer hear prompts by the engine's voice; then agent and customer are together again."""

    staff_number: str
    prompts: tuple[str, ...]
    values: Values = field(default_factory=dict)
    language: str = ""  # empty: the site's


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """Speak to the other one: customer or third party."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTransfer:
    """Join customer and third party, and leave."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelConsult:
    """Let the third party go; back to the customer."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """Join customer, agent and third party."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigits:
    """Press keys for the one who is spoken to."""

    staff_number: str
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Whether the own microphone is off."""

    staff_number: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseHand:
    """Ask a supervisor for help, or no more."""

    staff_number: str
    on: bool


# Customers who are to be called


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCallback:
    """Call this customer now, from the own seat. `call_id` is new."""

    staff_number: str
    callback_id: int
    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCallback:
    """Nobody has to call any more. Anybody may ask for it, logged in at a seat or not."""

    staff_number: str
    callback_id: int
    result: CallbackResult
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryCallback:
    """Call this customer by itself again, from its old place in the queue and from the first try on."""

    staff_number: str
    callback_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellRepaired:
    """Who wanted to know when an outage is over is to be called. Never refused.

    `remark` says to the agent what is repaired; a number that is to be called already is called once.
    """

    staff_number: str
    watchers: tuple[Watcher, ...]
    remark: str = ""


# Supervision: `staff_number` is the supervisor


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Be in an agent's talk from the supervisor's own phone; while there already, change the mode."""

    staff_number: str
    agent: str
    mode: SpyMode


@dataclass(frozen=True, slots=True, kw_only=True)
class StopListening:
    """Leave the agent's talk."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """Replace the agent in the talk."""

    staff_number: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceRelease:
    """End a call that is up."""

    staff_number: str
    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceStatus:
    """Set an agent ready, on break or logged out; in a call: afterwards, log-out is refused."""

    staff_number: str
    agent: str
    status: AgentStatus
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickCall:
    """Present a waiting caller to this agent next, whatever the queue says."""

    staff_number: str
    call_id: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCall:
    """Move a waiting caller to the front, or with `queue_id` to another queue at its old time."""

    staff_number: str
    call_id: str
    queue_id: str = ""


AgentRequest = (
    LogIn
    | LogOut
    | GoReady
    | GoOnBreak
    | Answer
    | Reject
    | HangUp
    | Hold
    | Retrieve
    | FinishWrapUp
    | ExtendWrapUp
    | Dial
    | Transfer
    | Consult
    | TellCustomer
    | Alternate
    | CompleteTransfer
    | CancelConsult
    | Conference
    | SendDigits
    | Mute
    | RaiseHand
    | TakeCallback
)
CallbackRequest = CloseCallback | RetryCallback | TellRepaired
SupervisorRequest = Listen | StopListening | TakeOver | ForceRelease | ForceStatus | PickCall | MoveCall
Request = AgentRequest | SupervisorRequest | CallbackRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A request that was not done; nothing has changed."""

    code: RefusalCode
    detail: str = ""
