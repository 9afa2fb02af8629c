"""Words for a customer's file: lines, states, devices, stages, kinds of contacts."""

from engine.core.customers.records import (
    AccountState,
    ContactKind,
    CustomerFile,
    DeviceKind,
    Line,
    MatterKind,
    Stage,
)
from tui.words import mark, tr

ACCOUNT_LINES: dict[Line, str] = {
    Line.CABLE: mark("Cable"),
    Line.TV: mark("Digital TV"),
    Line.BROADBAND: mark("Broadband line"),
    Line.PRIVATE: mark("Private network"),
    Line.RADIO: mark("Radio line"),
    Line.BOX: mark("Set-top box"),
    Line.OTHER: mark("Other line"),
}
ACCOUNT_STATES: dict[AccountState, tuple[str, str]] = {
    AccountState.ACTIVE: (mark("works"), "good"),
    AccountState.STOPPED: (mark("switched off"), "holding"),
    AccountState.ARREARS: (mark("off for arrears"), "warn"),
}
DEVICES: dict[DeviceKind, str] = {
    DeviceKind.CARD: mark("Smart card"),
    DeviceKind.BOX: mark("Set-top box"),
    DeviceKind.MODEM: mark("Modem"),
}
STAGES: dict[Stage, str] = {
    Stage.POTENTIAL: mark("potential customer"),
    Stage.NEW: mark("new customer"),
    Stage.SATISFIED: mark("satisfied customer"),
    Stage.KEPT: mark("kept customer"),
    Stage.OLD: mark("old customer"),
}
MATTERS: dict[MatterKind, str] = {
    MatterKind.TICKET: mark("Tickets"),
    MatterKind.REMARK: mark("Unsolved"),
    MatterKind.CALLBACK: mark("To be called back"),
}
CONTACTS: dict[ContactKind, str] = {
    ContactKind.CALL: mark("A talk"),
    ContactKind.IVR: mark("By keys"),
    ContactKind.TICKET: mark("Ticket made"),
    ContactKind.TICKET_CLOSED: mark("Ticket done"),
    ContactKind.OUTAGE: mark("Outage told"),
    ContactKind.SURVEY: mark("Rated"),
    ContactKind.CALLBACK: mark("Call back wish"),
    ContactKind.PAYMENT: mark("Paid"),
    ContactKind.MERGE: mark("Files merged"),
}
IMPORTANCE: dict[str, str] = {"vip": mark("VIP"), "enterprise": mark("Enterprise")}


def origin_words(file: CustomerFile, part: str, part_id: int) -> str:
    """Which system a row comes from, and that it has vanished there; empty for what is our own."""
    origin = next((one for one in file.origins if (one.part, one.id) == (part, part_id)), None)
    if origin is None:
        return ""
    return tr("{source}, no longer there", source=origin.source) if origin.gone else origin.source
