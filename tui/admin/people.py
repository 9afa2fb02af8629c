"""Users in the administrator's console: new ones, new PINs, and who may log in."""

from typing import TYPE_CHECKING

from engine.core.records import User
from engine.core.states import Role
from engine.wire.methods import AddUserParams, MoveUserParams, ResetPinParams, StaffParams
from tui.admin.form import Entry, Form
from tui.labels import ROLES
from tui.tickets.book import Book, words_of
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.picker import Picker
from tui.widgets.rows import Column, Row
from tui.words import tr

if TYPE_CHECKING:
    from tui.admin.app import AdminApp

_PIN, _TOGGLE, _MOVE = "pin", "toggle", "move"
_OFFICE = "-"  # stands for no department

_ROLES = (Role.AGENT, Role.SUPERVISOR, Role.ADMIN, Role.STATION)  # by the digits that choose them


async def change(app: "AdminApp", staff_number: str) -> None:
    """What is to be done with this user?"""
    user = _user(app, staff_number)
    word = tr("Allow the log-in again") if user.disabled else tr("Refuse the log-in")
    choices = [Choice(("1",), _PIN, tr("New PIN")), Choice(("2",), _TOGGLE, word)]
    choices.append(Choice(("3",), _MOVE, tr("Another department")))
    if user.locked_until:
        choices.append(Choice(("4",), "unlock", tr("End the lock")))
    chosen = await app.choose(Chooser(f"{user.staff_number} {user.name}", choices))
    if chosen == _PIN:
        await _new_pin(app, user)
    elif chosen == _TOGGLE:
        await toggle(app, staff_number)
    elif chosen == _MOVE:
        await _move(app, user)
    elif chosen:
        await _done(app, "users.enable", StaffParams(staff_number=staff_number), tr("The lock is ended"))


async def toggle(app: "AdminApp", staff_number: str) -> None:
    """Refuse or allow the log-in."""
    user = _user(app, staff_number)
    if user.disabled:
        words = tr("{staff} can log in again", staff=staff_number)
        await _done(app, "users.enable", StaffParams(staff_number=staff_number), words)
        return
    question = tr("Refuse the log-in of {staff}? A talk is not cut.", staff=f"{staff_number} {user.name}")
    answers = [Choice(("1", "y"), "yes", tr("Refuse")), Choice(("2", "n"), "", tr("Leave it"))]
    if await app.choose(Chooser(question, answers, chosen="")):
        words = tr("{staff} cannot log in any more", staff=staff_number)
        await _done(app, "users.disable", StaffParams(staff_number=staff_number), words)


async def add(app: "AdminApp") -> None:
    """A new user, with a PIN typed twice."""
    roles = [Choice((str(number),), role, tr(ROLES[role])) for number, role in enumerate(_ROLES, 1)]
    role = await app.choose(Chooser(tr("New user: which role?"), roles))
    if not role:
        return
    department: str | None = ""
    if role == Role.STATION:
        department = await _choose_department(app, tr("Of which department or station?"), "")
        if not department:
            return
    fields = [
        Entry(name="staff_number", label=tr("Staff no."), note=tr("2 to 8 digits")),
        Entry(name="name", label=tr("Name")),
        *_pin_fields(),
    ]
    typed = await app.fill(Form(tr("New user: {role}", role=tr(ROLES[Role(role)])), fields))
    if typed is None or not _same(app, typed):
        return
    staff_number = typed["staff_number"].strip()
    params = AddUserParams(
        staff_number=staff_number,
        name=typed["name"].strip(),
        role=Role(role),
        pin=typed["pin"],
        department=department or "",
    )
    words = tr(
        "{staff} {name} added as {role}", staff=staff_number, name=params.name, role=tr(ROLES[params.role])
    )
    await _done(app, "users.add", params, words, staff_number)


async def _move(app: "AdminApp", user: User) -> None:
    title = tr("To which department does {name} go?", name=user.name)
    chosen = await _choose_department(app, title, user.department, office=user.role is not Role.STATION)
    if chosen is None or chosen == user.department:
        return
    params = MoveUserParams(staff_number=user.staff_number, department=chosen)
    where = Book(app.admin.tickets).department(chosen)
    words = tr("{name} belongs to {department} from the next log-in on", name=user.name, department=where)
    await _done(app, "users.move", params, words, user.staff_number)


async def _choose_department(app: "AdminApp", title: str, now: str, *, office: bool = False) -> str | None:
    """The id of a department, "" for the office, None after Esc."""
    departments = app.admin.tickets.departments if app.admin.tickets else []
    rows = [Row(one.id, (words_of(one.words), " ".join(one.areas))) for one in departments]
    if office:
        rows.insert(0, Row(_OFFICE, (tr("Office"), "")))
    if not rows:
        app.say(tr("There is no department yet; add one under Departments"), "warn")
        return None
    chosen: str | None = await app.push_screen_wait(Picker(title, _department_columns, rows, now or _OFFICE))
    return "" if chosen == _OFFICE else chosen


def _department_columns() -> list[Column]:
    return [Column(tr("Department"), 20, share=1), Column(tr("Areas"), 20, share=1)]


async def _new_pin(app: "AdminApp", user: User) -> None:
    typed = await app.fill(Form(f"{user.staff_number} {user.name}", _pin_fields()))
    if typed is not None and _same(app, typed):
        params = ResetPinParams(staff_number=user.staff_number, pin=typed["pin"])
        await _done(app, "users.reset_pin", params, tr("{staff} has a new PIN", staff=user.staff_number))


def _pin_fields() -> list[Entry]:
    note = tr("digits only, not too few, and not easy to guess")
    return [
        Entry(name="pin", label=tr("New PIN"), note=note, hidden=True),
        Entry(name="again", label=tr("Once more"), note=note, hidden=True),
    ]


def _same(app: "AdminApp", typed: dict[str, str]) -> bool:
    if typed["pin"] == typed["again"]:
        return True
    app.say(tr("The two PINs differ; nothing has been changed"), "warn")
    return False


async def _done(
    app: "AdminApp",
    method: str,
    params: AddUserParams | MoveUserParams | ResetPinParams | StaffParams,
    words: str,
    row: str = "",
) -> None:
    if await app.ask(method, params) is not None:
        await app.reload(row)
        app.say(words, "good")


def _user(app: "AdminApp", staff_number: str) -> User:
    return next(user for user in app.admin.users if user.staff_number == staff_number)
