"""What happens in a walk through the voice menu, in words for the terminal."""

from collections.abc import Mapping

from engine.core.ivr.script_run import Failure, Miss
from engine.core.ivr.walk_lines import Expects, LineKind, WalkLine
from tui.widgets.cells import safe
from tui.words import mark, tr

Queues = Mapping[str, str]  # their names by id

_WORDS = {
    LineKind.SAID: mark("voice: {text}"),
    LineKind.PRESSED: mark("pressed: {text}"),
    LineKind.ASKED: mark("asks {name}{values}"),
    LineKind.OUTCOME: mark("{name} answers {text}{values}"),
    LineKind.QUEUED: mark("waits in queue {name}"),
    LineKind.QUEUE_LEFT: mark("leaves the queue: {name}"),
    LineKind.ANSWERED: mark("an agent answers"),
    LineKind.TRANSFERRED: mark("is put through to {name}"),
    LineKind.NOT_CONNECTED: mark("nobody answers there"),
    LineKind.RECORDING: mark("beep; the voice message is recorded"),
    LineKind.RECORDED: mark("recorded: {text} s"),
    LineKind.CALLBACK_ASKED: mark("presses the key for a call back"),
    LineKind.BOOKED: mark("is called back at {text}"),
    LineKind.TALK_ENDED: mark("the agent hangs up, the caller is still there"),
    LineKind.MARKED: mark("gives the mark {text}"),
    LineKind.HUNG_UP: mark("the call is ended"),
}
_PLACES = {
    Expects.KEYS: mark("keys are awaited"),
    Expects.QUEUE: mark("the caller waits in a queue"),
    Expects.MESSAGE: mark("a voice message is recorded"),
    Expects.SERVICE: mark("a service is asked"),
    Expects.TRANSFER: mark("the caller is put through"),
    Expects.NOTHING: mark("the call is over"),
}
_MISSES = {
    Miss.NOT_POSSIBLE: mark("{what} is not possible here: {found}"),
    Miss.NOT_HEARD: mark("expected to hear: {wanted}; heard: {found}"),
    Miss.ALSO_HEARD: mark("heard more than expected: {found}"),
    Miss.NOT_ASKED: mark("expected that {wanted} is asked; it was not"),
    Miss.ALSO_ASKED: mark("{found} was asked, which changes something; name it with asks or services"),
    Miss.OTHER: mark("{what}: expected {wanted}; found {found}"),
}
SERVICES = {
    "recognise": mark("Recognise by number"),
    "choose_customer": mark("Choose a customer"),
    "sign_in": mark("Sign in by password"),
    "change_password": mark("Change the password"),
    "balance": mark("Balance"),
    "bills": mark("Last bills"),
    "packages": mark("Own packages"),
    "offers": mark("Packages on offer"),
    "order": mark("Order a package"),
    "cancel_package": mark("Cancel a package"),
    "recharge": mark("Pay by recharge card"),
    "reauthorise": mark("Refresh authorisation"),
    "report_fault": mark("Report a fault"),
    "report_message": mark("Recorded complaint"),
    "own_cases": mark("Own cases"),
    "case_remark": mark("Remark on a case"),
    "rate_case": mark("Rate a case"),
    "cancel_case": mark("Cancel a case"),
    "technician_sign_in": mark("Technician signs in"),
    "technician_orders": mark("Technician's orders"),
    "technician_order": mark("Order by its number"),
    "technician_report": mark("Technician reports"),
    "outage": mark("Outage at the address"),
    "tell_when_repaired": mark("Call when repaired"),
    "notices": mark("Announcements"),
    "send_fax": mark("Send a fax"),
}


def service_name(service: str) -> str:
    """What staff call a service."""
    return tr(SERVICES[service]) if service in SERVICES else service


def line_words(line: WalkLine, queues: Queues) -> str:
    """One line of a walk's protocol."""
    if line.kind is LineKind.PRESSED and not line.text:
        return tr("no key was pressed")
    name = queues.get(line.name, line.name) if line.kind is LineKind.QUEUED else line.name
    values = ", ".join(f"{key} = {_value(value)}" for key, value in line.values.items())
    return tr(
        _WORDS[line.kind],
        name=safe(name),
        text=safe(line.text),
        values=f" ({safe(values)})" if values else "",
    )


def _value(value: object) -> str:
    return tr("{count} rows", count=len(value)) if isinstance(value, tuple) else str(value)


def failure_words(failure: Failure) -> str:
    """Which step went another way, and how."""
    found = tr(_PLACES[Expects(failure.found)]) if failure.miss is Miss.NOT_POSSIBLE else failure.found
    why = tr(
        _MISSES[failure.miss],
        what=failure.what,
        wanted=safe(failure.wanted) or tr("nothing"),
        found=safe(found) or tr("nothing"),
    )
    return tr("step {number}: {why}", number=failure.step, why=why)
