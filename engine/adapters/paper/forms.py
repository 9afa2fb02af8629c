"""What the forms look like: the blank one for hours without a system, and a technician's order."""

from functools import partial

from engine.adapters.paper.jobs import Blank, Job, Order
from engine.adapters.paper.sheet import Sheet
from engine.adapters.paper.words import word

_SLIP = 46.0  # how much of the sheet the return slip takes
_BELOW = 64.0  # what stands between the history and the slip
_FACTS_BESIDE = 2


def sheets(job: Job) -> bytes:
    """The PDF of a job."""
    sheet = Sheet()
    if isinstance(job, Blank):
        for number in job.numbers:
            _blank(sheet, job, number)
    else:
        _order(sheet, job)
    return sheet.done()


def _blank(sheet: Sheet, job: Blank, number: str) -> None:
    say = partial(word, language=job.language)
    sheet.page()
    sheet.heading(job.site, say("blank_title"), say("number"), number, say("blank_use"))
    sheet.row([(say("came_at"), say("date_time")), (say("taken_by"), "")])
    if job.kinds.words:
        sheet.ticks(say("kind"), job.kinds.words)
    sheet.ticks(say("urgency"), [say("normal"), say("urgent"), say("at_once")])
    sheet.row([(say("name"), ""), (say("phone"), "")], 9)
    sheet.row([(say("account"), ""), (say("phone_2"), "")], 9)
    sheet.row([(say("address"), say("address_hint"))], 11)
    for choices in job.categories:
        if choices.words:
            sheet.ticks(choices.heading, choices.words)
    sheet.ruled(say("what"), 6)
    sheet.section(say("dispatch"))
    sheet.row([(say("dispatched_at"), say("date_time")), (say("dispatched_to"), "")])
    sheet.row([(say("dispatched_by"), ""), (say("accepted_by"), "")])
    sheet.section(say("returned"))
    sheet.row([(say("returned_at"), say("date_time")), (say("signature"), "")])
    if job.causes.words:
        sheet.ticks(say("cause"), job.causes.words)
    sheet.ruled(say("result"), 2)
    sheet.section(say("replied"))
    sheet.row([(say("replied_at"), say("date_time")), (say("replied_by"), "")])
    sheet.ruled(say("reply"), 2)
    if job.follow_up:
        sheet.ticks(say("follow_up"), [say("satisfied"), say("so_so"), say("unsatisfied")])
    sheet.section(say("entered"))
    sheet.row([(say("ticket"), ""), (say("entered_by"), ""), (say("entered_at"), "")], 7)
    sheet.note(say("entered_how"))


def _order(sheet: Sheet, job: Order) -> None:
    say = partial(word, language=job.language)
    sheet.page()
    sheet.heading(job.site, say("order_title"), say("ticket"), job.number, job.title)
    sheet.section(say("facts"))
    wide = [fact for fact in job.facts if len(fact[1]) > 24]
    narrow = [fact for fact in job.facts if fact not in wide]
    for n in range(0, len(narrow), _FACTS_BESIDE):
        beside = narrow[n : n + _FACTS_BESIDE]
        sheet.row([*beside, *[("", "")] * (_FACTS_BESIDE - len(beside))])
    for label, value in wide:
        sheet.written(label, value, 8)
    sheet.written(say("what"), job.text, 16)
    for label, value in _that_fit(sheet, job):
        sheet.written(label, value, 6.5)
    _done_there(sheet, job)
    _slip(sheet, job)


def _that_fit(sheet: Sheet, job: Order) -> list[tuple[str, str]]:
    """The last steps, as many as there is room for."""
    most = max(0, int((sheet.room - _SLIP - _BELOW - _height_of(job)) / 11))
    return list(job.history)[-most:] if most else []


def _height_of(job: Order) -> float:
    """About how high the boxes to be ticked will be."""
    return sum(8 + len("".join(choices.words)) / 45 * 6.2 for choices in (job.checklist, job.causes))


def _done_there(sheet: Sheet, job: Order) -> None:
    say = partial(word, language=job.language)
    if job.checklist.words:
        sheet.section(say("checklist"))
        sheet.ticks("", job.checklist.words)
    sheet.section(say("returned"))
    sheet.row([(say("arrived_at"), say("date_time")), (say("returned_at"), say("date_time"))])
    if job.causes.words:
        sheet.ticks(say("cause"), job.causes.words)
    sheet.ruled(say("result"), 2)
    sheet.row([(say("materials"), "")])
    sheet.row([(say("technician"), ""), (say("customer"), "")], 10)
    sheet.ticks(say("customer_says"), [say("satisfied"), say("so_so"), say("unsatisfied")])


def _slip(sheet: Sheet, job: Order) -> None:
    say = partial(word, language=job.language)
    sheet.cut(say("slip"))
    address = next((value for label, value in job.facts if label == say("address")), "")
    sheet.row([(say("ticket"), job.number), (say("returned_at"), say("date_time"))])
    sheet.row([(say("address"), address)])
    sheet.ticks(say("result"), [say("done"), say("not_ours"), say("not_done")], room=30)
    sheet.row([(say("cause"), ""), (say("technician"), "")], 9)
