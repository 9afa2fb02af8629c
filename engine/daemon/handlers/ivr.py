"""The voice menu tried without a call: its services answer as they would answer a caller."""

from engine.adapters.unix_socket import Connection
from engine.core.effects import AskService
from engine.core.ivr.services import SERVICES, Identified
from engine.core.ivr.values import Plain, Values
from engine.daemon.handlers.context import Context, Handler
from engine.wire.ivr import IvrAnswer, IvrAskParams
from engine.wire.messages import Fault, Reason


async def ask(context: Context, connection: Connection, params: IvrAskParams) -> IvrAnswer:
    """Have a service answered; for one that changes something a sample answers instead."""
    service, desk = SERVICES.get(params.service), context.engine.services
    if service is None:
        raise Fault(Reason.NOT_FOUND, f"no service {params.service}", params.service)
    if params.identified not in list(Identified):
        raise Fault(Reason.INVALID, f"identified is one of {', '.join(Identified)}", "identified")
    context.audit(connection, "ivr.ask", params.service, f"cli={params.cli} customer={params.customer_id}")
    if service.changes or desk is None:
        outcome = service.outcomes[0]
        return IvrAnswer(outcome=outcome, values=_sent(service.answers[outcome]), sample=True)
    question = AskService(
        call_id=f"try-{context.engine.clock.now()}",
        request=0,
        key="",
        service=params.service,
        arguments=params.arguments,
        cli=params.cli,
        customer_id=params.customer_id,
        identified=params.identified,
        language=params.language,
    )
    answer = await desk.answer(question, params.secrets)
    return IvrAnswer(outcome=answer.outcome, values=_sent(answer.values), sample=False)


def _sent(values: Values) -> dict[str, Plain | list[dict[str, Plain]]]:
    """Values as the socket has them: rows are a list."""
    return {
        name: [dict(row) for row in value] if isinstance(value, tuple) else value
        for name, value in values.items()
    }


HANDLERS: dict[str, Handler] = {"ivr.ask": ask}
