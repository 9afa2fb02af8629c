"""How each kind of node is read with which callers serve themselves."""

from collections.abc import Callable, Mapping

from engine.core.ivr.nodes import ANSWERS, DTMF_KEYS, BranchOn, Node
from engine.core.ivr.problems import ProblemCode, nearest_name
from engine.core.ivr.section import Section
from engine.core.ivr.service_nodes import (
    Argument,
    CallNode,
    EntryNode,
    ListNode,
    ReturnNode,
    ServiceNode,
    SetNode,
    SwitchNode,
    TransferNode,
)
from engine.core.ivr.services import SERVICES, Service
from engine.core.ivr.values import LANGUAGE, Plain

_LONGEST_ENTRY = 40
_TERMINATORS = ("#", "*")


def _read_entry(section: Section) -> EntryNode:
    shortest = section.number("shortest", 1, _LONGEST_ENTRY, default=1)
    longest = section.number("longest", shortest, _LONGEST_ENTRY, default=max(shortest, 20))
    secret = section.flag("secret", default=False)
    confirm = section.text("confirm", default="")
    if secret and confirm:
        section.problem(ProblemCode.SECRET_READ_BACK, "confirm")
    return EntryNode(
        prompts=section.prompts("prompts"),
        store=section.new_value("store"),
        next=section.target("next"),
        exhausted=section.target("exhausted", ProblemCode.NO_TIME_OUT_PATH),
        shortest=shortest,
        longest=longest,
        terminator=_read_terminator(section),
        timeout_ms=section.number("timeout_seconds", 1, 60, default=5) * 1_000,
        tries=section.number("tries", 1, 9, default=3),
        secret=secret,
        confirm=confirm,
        wrong=section.text("wrong", default=""),
        no_input=section.text("no_input", default=""),
    )


def _read_terminator(section: Section) -> str:
    """A digit would cut numbers short, and a star takes back."""
    key = section.text("terminator", default="#")
    if key not in _TERMINATORS:
        section.problem(ProblemCode.BAD_DIGIT, "terminator", value=key)
    return key


def _read_service(section: Section) -> ServiceNode:
    name = section.text("service")
    service = SERVICES.get(name)
    if service is None and name:
        near = nearest_name(name, SERVICES)
        section.problem(ProblemCode.UNKNOWN_SERVICE, "service", value=name, nearest=near)
    outcomes = section.targets("outcomes", ProblemCode.MISSING_KEY)
    arguments = {
        argument: _argument(section, f"with.{argument}", value)
        for argument, value in section.plain_values("with").items()
    }
    if service is not None:
        _fit(section, service)
    return ServiceNode(service=name, outcomes=outcomes, arguments=arguments)


def _fit(section: Section, service: Service) -> None:
    """A way for each outcome, each argument that is needed, and nothing that the service does not know."""
    outcomes, arguments = section.table("outcomes", None), section.table("with", None)
    for outcome in service.outcomes:
        if outcomes and outcome not in outcomes:
            section.problem(ProblemCode.DEAD_END, f"outcomes.{outcome}")
    for argument in service.arguments:
        if argument not in arguments:
            section.problem(ProblemCode.MISSING_KEY, f"with.{argument}")
    takes = (*service.arguments, *service.optional)
    for key, names, known in (("outcomes", outcomes, service.outcomes), ("with", arguments, takes)):
        for name in names:
            if name not in known:
                near = nearest_name(name, known)
                section.problem(ProblemCode.UNKNOWN_KEY, f"{key}.{name}", nearest=near)


def _argument(section: Section, key: str, written: Plain) -> Argument:
    name = section.reference(key, written)
    return Argument(name=name) if name else Argument(literal=written)


def _read_list(section: Section) -> ListNode:
    return ListNode(
        items=section.value("items"),
        prompts=section.prompts("prompts"),
        next=section.target("next"),
        chosen=section.text("chosen", default=""),
        hint=section.text("hint", default=""),
        pause_ms=section.number("pause_seconds", 1, 60, default=2) * 1_000,
    )


def _read_switch(section: Section) -> SwitchNode:
    return SwitchNode(
        on=section.value("on"),
        cases=section.targets("cases", ProblemCode.MISSING_KEY),
        otherwise=section.target("otherwise"),
    )


def _read_set(section: Section) -> SetNode:
    values = section.plain_values("values")
    if not values:
        section.problem(ProblemCode.MISSING_KEY, "values")
    for name, value in values.items():
        section.check_value_name(f"values.{name}", name, gives=True)
        languages = ANSWERS[BranchOn.LANGUAGE]
        if name == LANGUAGE and value not in languages:
            section.problem(ProblemCode.UNKNOWN_LANGUAGE, f"values.{name}", value=str(value))
    return SetNode(values=values, next=section.target("next"))


def _read_call(section: Section) -> CallNode:
    return CallNode(node=section.target("node"), next=section.target("next"))


def _read_return(_: Section) -> ReturnNode:
    return ReturnNode()


def _read_transfer(section: Section) -> TransferNode:
    agent, number = section.text("agent", default=""), section.text("number", default="")
    if bool(agent) == bool(number):
        section.problem(ProblemCode.AGENT_OR_NUMBER, "agent")
    for key, written in (("agent", agent), ("number", number)):
        if written and not section.reference(key, written) and not _can_be_dialled(written):
            section.problem(ProblemCode.BAD_NUMBER, key, value=written)
    return TransferNode(agent=agent, number=number, failed=section.target("failed"))


def _can_be_dialled(written: str) -> bool:
    return all(key in DTMF_KEYS for key in written)


SERVICE_READERS: Mapping[str, Callable[[Section], Node]] = {
    "entry": _read_entry,
    "service": _read_service,
    "list": _read_list,
    "switch": _read_switch,
    "set": _read_set,
    "call": _read_call,
    "return": _read_return,
    "transfer": _read_transfer,
}
