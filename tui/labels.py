"""Words for states, refusals, outcomes and errors, and the form of times, money and numbers on screens."""

import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.core.records import Customer, Millis
from engine.core.states import (
    AgentState,
    AgentStatus,
    CallbackKind,
    CallbackResult,
    CallbackState,
    CallState,
    EndedBy,
    Outcome,
    RefusalCode,
    RingFailure,
    Role,
    SpyMode,
)
from engine.core.views import AgentView
from engine.wire.messages import Reason
from engine.wire.methods import HelloResult, NamedId
from tui.words import mark, pick, tr

# word, letter, tone; the tone is a style class and never the only sign
AGENT_STATES: dict[AgentState, tuple[str, str, str]] = {
    AgentState.IDLE: (mark("Ready"), "R", "ready"),
    AgentState.UNREACHABLE: (mark("Offline"), "-", "off"),
    AgentState.RESERVED: (mark("Reserved"), "V", "ringing"),
    AgentState.RINGING: (mark("Ringing"), "P", "ringing"),
    AgentState.DIALLING: (mark("Dialling"), "D", "talking"),
    AgentState.TALKING: (mark("Talking"), "T", "talking"),
    AgentState.HOLDING: (mark("On hold"), "H", "holding"),
    AgentState.CONSULTING: (mark("Consulting"), "S", "holding"),
    AgentState.CONFERENCE: (mark("Conference"), "3", "talking"),
    AgentState.MONITORING: (mark("Monitoring"), "L", "talking"),
    AgentState.WRAP_UP: (mark("Wrap-up"), "W", "wrap-up"),
}
ON_BREAK = (mark("Break"), "B", "break")
LOGGED_OUT = (mark("Logged out"), "X", "off")

CALL_STATES: dict[CallState, tuple[str, str]] = {
    CallState.IVR: (mark("Menu"), "M"),
    CallState.QUEUED: (mark("Waiting"), "Q"),
    CallState.PRESENTED: (mark("Ringing"), "P"),
    CallState.DIALLING: (mark("Dialling"), "D"),
    CallState.TALKING: (mark("Talking"), "T"),
    CallState.HOLDING: (mark("On hold"), "H"),
    CallState.CONSULTING: (mark("Consulting"), "S"),
    CallState.CONFERENCE: (mark("Conference"), "3"),
    CallState.FORWARDED: (mark("Handed over"), "F"),
    CallState.MESSAGE: (mark("Voice message"), "L"),
    CallState.UNATTENDED: (mark("Unattended"), "U"),
    CallState.CLOSING: (mark("Closing"), "C"),
    CallState.ENDED: (mark("Ended"), "E"),
}

OUTCOMES: dict[Outcome, str] = {
    Outcome.ANSWERED: mark("Answered"),
    Outcome.ABANDONED: mark("Abandoned"),
    Outcome.IVR_EXIT: mark("Left in menu"),
    Outcome.VOICEMAIL: mark("Voice message"),
    Outcome.TIMEOUT: mark("Waited too long"),
    Outcome.FULL: mark("Queue full"),
    Outcome.NO_AGENTS: mark("No agent"),
    Outcome.CLOSED: mark("Closed hours"),
    Outcome.CALLBACK: mark("Callback wanted"),
    Outcome.NO_ANSWER: mark("No answer"),
    Outcome.BUSY: mark("Busy"),
    Outcome.UNREACHABLE: mark("Not reachable"),
    Outcome.CANCELLED: mark("Cancelled"),
}

SPY_MODES: dict[SpyMode, str] = {
    SpyMode.LISTEN: mark("Listening"),
    SpyMode.WHISPER: mark("Whispering"),
    SpyMode.BARGE: mark("Barged in"),
}

ENDED_BY: dict[EndedBy, str] = {
    EndedBy.CUSTOMER: mark("Customer"),
    EndedBy.AGENT: mark("Agent"),
    EndedBy.SYSTEM: mark("System"),
    EndedBy.UNKNOWN: mark("Unknown"),
}

ROLES: dict[Role, str] = {
    Role.STATION: mark("Station"),
    Role.AGENT: mark("Agent"),
    Role.SUPERVISOR: mark("Supervisor"),
    Role.ADMIN: mark("Administrator"),
}

REFUSALS: dict[RefusalCode, str] = {
    RefusalCode.NOT_LOGGED_IN: mark("You are not logged in"),
    RefusalCode.SEAT_TAKEN: mark("This seat is taken by somebody else"),
    RefusalCode.UNKNOWN_SEAT: mark("There is no such seat"),
    RefusalCode.UNKNOWN_REASON: mark("There is no such break reason"),
    RefusalCode.NO_CALL: mark("There is no call now"),
    RefusalCode.IN_CALL: mark("Not during a call"),
    RefusalCode.NOT_PRESENTED: mark("No call is ringing"),
    RefusalCode.NOT_TALKING: mark("You are not in a talk"),
    RefusalCode.NOT_HOLDING: mark("No call is on hold"),
    RefusalCode.NOT_IN_WRAP_UP: mark("There is no wrap-up to finish"),
    RefusalCode.SWITCH_DOWN: mark("The switch is down, calls cannot be handled"),
    RefusalCode.NOT_CONSULTING: mark("There is no consultation now"),
    RefusalCode.NOT_WAITING: mark("This caller waits no more"),
    RefusalCode.NOT_LISTENING: mark("You are not listening to anybody"),
    RefusalCode.UNKNOWN_TARGET: mark("There is no such target"),
    RefusalCode.TARGET_BUSY: mark("This agent is not free"),
    RefusalCode.TARGET_IS_SELF: mark("That is you yourself"),
    RefusalCode.NUMBER_FORBIDDEN: mark("This number may not be dialled from here"),
    RefusalCode.NO_FREE_LINE: mark("No line is free now"),
    RefusalCode.NO_PHONE: mark("The phone is not registered"),
    RefusalCode.TOO_MANY_ON_BREAK: mark("Too many are on break already"),
    RefusalCode.TOO_LATE: mark("Too late: it has ended already"),
    RefusalCode.NO_CALLBACK: mark("This customer is not to be called any more"),
    RefusalCode.CALLBACK_TAKEN: mark("Somebody else speaks to this customer already"),
    RefusalCode.NOT_AGAIN: mark("It cannot be made longer once more"),
}

NODE_KINDS: dict[str, str] = {
    "play": mark("announcement"),
    "menu": mark("menu"),
    "branch": mark("branch"),
    "switch": mark("branch"),
    "queue": mark("queue"),
    "message": mark("voice message"),
    "callback": mark("call back"),
    "survey": mark("survey"),
    "hangup": mark("end"),
    "entry": mark("keying in"),
    "service": mark("service"),
    "list": mark("list"),
    "set": mark("set"),
    "call": mark("call"),
    "return": mark("return"),
    "transfer": mark("transfer"),
}
CALLBACK_KINDS: dict[CallbackKind, str] = {
    CallbackKind.CALLBACK: mark("asked for"),
    CallbackKind.ABANDONED: mark("missed"),
    CallbackKind.REPAIRED: mark("repaired"),
}
CALLBACK_STATES: dict[CallbackState, str] = {
    CallbackState.WAITING: mark("has a place"),
    CallbackState.PAUSED: mark("again later"),
    CallbackState.HERE: mark("calls now"),
    CallbackState.CALLING: mark("is called"),
    CallbackState.OPEN: mark("to be called"),
    CallbackState.DONE: mark("settled"),
}
CALLBACK_RESULTS: dict[CallbackResult, str] = {
    CallbackResult.REACHED: mark("reached"),
    CallbackResult.CALLED_AGAIN: mark("called again"),
    CallbackResult.HANDLED: mark("settled otherwise"),
    CallbackResult.CANCELLED: mark("not wanted"),
}

# Why a transfer or a consultation came back.
RING_FAILURES: dict[RingFailure, str] = {
    RingFailure.NO_ANSWER: mark("no answer"),
    RingFailure.BUSY: mark("engaged"),
    RingFailure.REJECTED: mark("rejected"),
    RingFailure.UNREACHABLE: mark("not reachable"),
    RingFailure.CANCELLED: mark("hung up"),
}

FAULTS: dict[Reason, str] = {
    Reason.PARSE: mark("The engine did not understand this console"),
    Reason.BAD_REQUEST: mark("The engine did not understand this console"),
    Reason.UNKNOWN_METHOD: mark("The engine is older than this console"),
    Reason.BAD_PARAMS: mark("The engine did not accept what was entered"),
    Reason.INTERNAL: mark("The engine made a mistake; it is in its log"),
    Reason.TOO_LONG: mark("That is too long"),
    Reason.NOT_LOGGED_IN: mark("You are not logged in"),
    Reason.NOT_ALLOWED: mark("Your role may not do this"),
    Reason.WRONG_PIN: mark("Wrong staff number or PIN"),
    Reason.LOCKED: mark("Locked after too many wrong PINs"),
    Reason.DISABLED: mark("This user is disabled; ask the administrator"),
    Reason.NOT_FOUND: mark("Not found"),
    Reason.CONFLICT: mark("Somebody else changed it; look again"),
    Reason.INVALID: mark("This value cannot be stored"),
    Reason.REFUSED: mark("Not possible now"),
    Reason.REPLACED: mark("You logged in at another console; this one is closed"),
    Reason.LOGGED_OUT: mark("A supervisor has logged you out"),
    Reason.STOPPING: mark("The engine is being stopped"),
    Reason.BUSY: mark("The engine has too many connections; close a console"),
}

# The fields that the engine names when it cannot store what was entered.
FIELDS: dict[str, str] = {
    "name": mark("Name"),
    "phones": mark("Phone"),
    "customer_number": mark("Cust.no"),
    "address": mark("Address"),
    "area": mark("Area"),
    "card_number": mark("Card"),
    "packages": mark("Packages"),
    "note": mark("Notes"),
    "disposition": mark("Result"),
}

# Why a file is not taken; what the engine says behind the last colon is {which}.
FILES: dict[str, str] = {
    "file_kind": mark("Files of this kind are not taken; those are: {which}"),
    "file_too_large": mark("The file is too large"),
    "file_empty": mark("There is nothing in this file"),
    "file_content": mark("What is in the file is not what its name says: {which}"),
    "file_bad_name": mark("The file's name does not fit: short and without folders, please"),
    "file_too_many": mark("Too many files are coming just now; try again later"),
}


def agent_state(agent: AgentView) -> tuple[str, str, str]:
    """Word in the language in use, letter and tone of what an agent is doing."""
    if agent.status is AgentStatus.LOGGED_OUT:
        entry = LOGGED_OUT
    elif agent.state is AgentState.IDLE and agent.status is AgentStatus.BREAK:
        entry = ON_BREAK
    else:
        entry = AGENT_STATES[agent.state]
    word, letter, tone = entry
    return tr(word), letter, tone


def agent_since(agent: AgentView) -> Millis:
    """When the shown state began: a break has its own clock."""
    on_break = agent.state is AgentState.IDLE and agent.status is AgentStatus.BREAK
    return agent.status_since if on_break else agent.state_since


def call_state(state: CallState) -> tuple[str, str]:
    """Word in the language in use and letter of where a call is."""
    word, letter = CALL_STATES[state]
    return tr(word), letter


class Fault(Protocol):
    """A refusal of the engine, as `EngineFault` and `RpcFault` carry it."""

    @property
    def reason(self) -> str: ...

    @property
    def message(self) -> str: ...

    @property
    def detail(self) -> str: ...


def fault_words(fault: Fault, zone: datetime.tzinfo) -> str:
    """Why the engine refused, in words, with the rest of the attempts or the end of a lock."""
    if fault.reason == Reason.REFUSED:
        return refusal_words(fault.detail)
    if fault.reason == Reason.WRONG_PIN and fault.detail.isdigit():
        return tr("Wrong staff number or PIN; {left} attempts left", left=fault.detail)
    if fault.reason == Reason.LOCKED and fault.detail.isdigit():
        return tr("Locked until {time}", time=time_of_day(int(fault.detail), zone))
    if fault.reason == Reason.INVALID and fault.detail in FIELDS:
        return tr("Please check this field: {field}", field=tr(FIELDS[fault.detail]))
    if fault.reason == Reason.INVALID and fault.detail in FILES:
        return tr(FILES[fault.detail], which=fault.message.rpartition(": ")[2])
    if fault.reason == Reason.CONFLICT and fault.detail in FIELDS:
        return tr("{field}: another customer has this already", field=tr(FIELDS[fault.detail]))
    return reason_words(fault.reason) or fault.message


def reason_words(reason: str) -> str:
    """Words for a reason alone, "" for an unknown one."""
    try:
        return tr(FAULTS[Reason(reason)])
    except (ValueError, KeyError):
        return ""


def refusal_words(code: str) -> str:
    """Words for a refusal of the floor; an unknown code is shown as it is."""
    try:
        return tr(REFUSALS[RefusalCode(code)])
    except ValueError:
        return code


def notice_words(code: str) -> str:
    """Words for a desk's notice: why a ring failed, or a refusal of the floor."""
    if code in set(RingFailure):
        return tr(RING_FAILURES[RingFailure(code)])
    return refusal_words(code)


def zone_of(name: str) -> datetime.tzinfo:
    """The site's time zone; without zone data on this machine, the machine's own."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.datetime.now().astimezone().tzinfo or datetime.UTC


def running(since: Millis, now: Millis) -> str:
    """Time that runs since an instant, or -- for none: 00:41, 1:02:03."""
    return duration(now - since) if since else "--:--"


def duration(millis: int) -> str:
    """A length of time: 00:41, 12:03, 1:02:03."""
    seconds = max(0, millis) // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def time_of_day(at: Millis, zone: datetime.tzinfo, seconds: bool = False) -> str:
    """An instant as the clock on the wall shows it: 14:05 or 14:05:09."""
    return _local(at, zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def moment(at: Millis, now: Millis, zone: datetime.tzinfo) -> str:
    """An instant, as short as it is clear, always 11 cells: today's time, else the day, else the year."""
    then, today = _local(at, zone), _local(now, zone)
    if then.date() == today.date():
        return tr("today") + then.strftime(" %H:%M")
    return then.strftime("%m-%d %H:%M" if then.year == today.year else "%Y-%m-%d")


def _local(at: Millis, zone: datetime.tzinfo) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at / 1000, zone)


def money(fen: int) -> str:
    """An amount in fen as yuan with two places: 12850 is 128.50."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02}"


def balance(customer: Customer) -> str:
    """The balance, with arrears said in words and not by a sign."""
    amount = money(abs(customer.balance_fen))
    if customer.balance_fen < 0:
        return tr("Arrears {amount} yuan", amount=amount)
    return tr("Balance {amount} yuan", amount=amount)


def phone_number(number: str) -> str:
    """A number as one reads it out: 138 9311 2345, 0931-8881234; other forms stay as they are."""
    if not number.isdigit():
        return number
    if len(number) == 11 and number.startswith("1"):
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if len(number) in (10, 11, 12) and number.startswith("0") and not number.startswith("00"):
        area = 3 if number[1] in "12" else 4
        return f"{number[:area]}-{number[area:]}"
    return number


def percent(share: float | None) -> str:
    """A share of one as per cent, or -- when nothing counts yet."""
    return "--" if share is None else f"{share * 100:.0f}%"


# Break reasons that the engine gives by itself; the others are named in the configuration.
OWN_REASONS: dict[str, str] = {
    "rona": mark("Ring not answered"),
    "console": mark("Console closed"),
    "rejected": mark("Call rejected"),
    "phone_busy": mark("Phone busy"),
    "supervising": mark("Supervising"),
    "": mark("Not yet ready"),
}


class SiteWords:
    """The names that the site gives to seats, queues, break reasons, dispositions and places of the menu."""

    def __init__(self, hello: HelloResult | None = None) -> None:
        self.reasons = list(hello.break_reasons) if hello else []
        self.dispositions = list(hello.dispositions) if hello else []
        self._seats = {seat.id: seat.name for seat in hello.seats} if hello else {}
        self._queues = {queue.id: queue for queue in hello.queues} if hello else {}
        self._places = {place.id: place for place in hello.places} if hello else {}

    def seat(self, seat_id: str) -> str:
        """The name of a seat."""
        return self._seats.get(seat_id, seat_id)

    def queue(self, queue_id: str) -> str:
        """The name of a queue."""
        return _name_of(self._queues.get(queue_id), queue_id)

    def way(self, path: Sequence[str]) -> list[str]:
        """The places with a name where a caller has been; who stays at one is there once."""
        places = (self._places[node_id] for node_id in path if node_id in self._places)
        return [name for name, _ in groupby(pick(place.name, place.name_en) for place in places)]

    def reason(self, reason_id: str) -> str:
        """The name of a break reason."""
        if reason_id in OWN_REASONS:
            return tr(OWN_REASONS[reason_id])
        return _name_of(next((reason for reason in self.reasons if reason.id == reason_id), None), reason_id)

    def reason_tone(self, reason_id: str) -> str:
        """The tone in which a break reason is shown; the configuration chooses its colour."""
        reason = next((reason for reason in self.reasons if reason.id == reason_id), None)
        return f"color-{reason.color}" if reason is not None and reason.color != "none" else "plain"

    def disposition(self, disposition_id: str) -> str:
        """The name of a disposition."""
        found = next((entry for entry in self.dispositions if entry.id == disposition_id), None)
        return _name_of(found, disposition_id)


def _name_of(named: NamedId | None, fallback: str) -> str:
    return pick(named.name, named.name_en) if named else fallback
