"""What the forms look like: the blank one for hours without a system, and a technician's order."""

from functools import partial

from engine.adapters.paper.jobs import Blank, Job, Order
from engine.adapters.paper.sheet import Sheet
from engine.adapters.paper.words import word

_SLIP = 46.0  # how much of the sheet the return slip takes
_BELOW = 74.0  # what stands between the history and the slip, without the boxes
_STEP = 11.0  # one of two lines
_BELOW_BLANK = 108.0  # what stands below the lines for what was told, without the causes
_RULE = 7.5
_FACTS_BESIDE = 2


def sheets(job: Job) -> bytes:
    """The PDF of a job."""
    return filled(job).done()


def filled(job: Job) -> Sheet:
    """The sheets of a job; `y` is where the last one ends."""
    sheet = Sheet()
    if isinstance(job, Blank):
        for number in job.numbers:
            _blank(sheet, job, number)
    else:
        _order(sheet, job)
    return sheet


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
    below = _BELOW_BLANK + (sheet.height_of_ticks(job.causes.words) if job.causes.words else 0)
    sheet.ruled(say("what"), max(2, min(8, int((sheet.room - below) / _RULE))))
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
    choices = (job.checklist.words, job.causes.words)
    below = _SLIP + _BELOW + sum(sheet.height_of_ticks(words) for words in choices if words)
    for label, value in wide:
        sheet.written(label, value, 8, below + 16)
    sheet.written(say("what"), job.text, 16, below)
    for label, value in _that_fit(sheet, job, below):
        sheet.written(label, value, 6.5, below)
    _done_there(sheet, job)
    _slip(sheet, job)


def _that_fit(sheet: Sheet, job: Order, below: float) -> list[tuple[str, str]]:
    """The last steps, as many as there is room for."""
    most = max(0, int((sheet.room - below) / _STEP))
    return list(job.history)[-most:] if most else []


def _done_there(sheet: Sheet, job: Order) -> None:
    say = partial(word, language=job.language)
    if job.checklist.words:
        sheet.section(say("checklist"))
        sheet.ticks("", job.checklist.words)
    sheet.section(say("returned"))
    sheet.row([(say("arrived_at"), say("date_time")), (say("returned_at"), say("date_time"))])
    if job.causes.words:
        sheet.ticks(say("cause"), job.causes.words)
    sheet.ruled(say("result"), 3)
    sheet.row([(say("materials"), "")])
    sheet.row([(say("technician"), ""), (say("customer"), "")], 10)
    sheet.ticks(say("customer_says"), [say("satisfied"), say("so_so"), say("unsatisfied")])


def _slip(sheet: Sheet, job: Order) -> None:
    say = partial(word, language=job.language)
    sheet.cut(say("slip"))
    address = next((value for label, value in job.facts if label == say("address")), "")
    sheet.row([(say("ticket"), job.number), (say("returned_at"), say("date_time"))])
    sheet.row([(say("address"), address)])
    sheet.ticks(say("result"), [say("done"), say("not_ours"), say("not_done")])
    sheet.row([(say("cause"), ""), (say("technician"), "")], 9)
