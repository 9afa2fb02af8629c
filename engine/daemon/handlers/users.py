"""Users, and who changed what."""

import asyncio

from db import audit as audit_log
from db import users
from engine.adapters.unix_socket import Connection
from engine.core.records import User
from engine.core.states import Role
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.people import check_new_pin, hash_pin
from engine.wire.messages import Fault, Reason
from engine.wire.methods import (
    AddUserParams,
    Audit,
    AuditParams,
    AuditRow,
    Done,
    MoveUserParams,
    Nothing,
    ResetPinParams,
    StaffParams,
    Users,
)


async def add(context: Context, connection: Connection, params: AddUserParams) -> User:
    """A new user."""
    number = params.staff_number
    if not (number.isascii() and number.isdigit() and 2 <= len(number) <= 8):
        raise Fault(Reason.INVALID, "a staff number has 2 to 8 digits", "staff_number")
    if not params.name.strip() or len(params.name) > 64:
        raise Fault(Reason.INVALID, "a name has 1 to 64 characters", "name")
    _check_department(context, params.department, params.role)
    check_new_pin(params.pin, context.config.security)
    pin_hash = await asyncio.to_thread(hash_pin, params.pin)
    user = User(staff_number=number, name=params.name.strip(), role=params.role, department=params.department)
    stored = await context.write(users.add_user, user, pin_hash)
    context.audit(connection, "users.add", number, f"{params.role} {params.name}")
    return stored


async def list_all(context: Context, connection: Connection, params: Nothing) -> Users:
    """All users."""
    return Users(users=await context.read(users.list_users))


async def disable(context: Context, connection: Connection, params: StaffParams) -> Done:
    """Refuse this user's log-in from now on; a talk is not cut."""
    await context.write(users.disable_user, params.staff_number)
    context.audit(connection, "users.disable", params.staff_number)
    return Done()


async def enable(context: Context, connection: Connection, params: StaffParams) -> Done:
    """Allow the log-in again."""
    await context.write(users.enable_user, params.staff_number)
    context.audit(connection, "users.enable", params.staff_number)
    return Done()


async def move(context: Context, connection: Connection, params: MoveUserParams) -> User:
    """To another department, from the next log-in on."""
    found = await context.read(users.get_user, params.staff_number)
    _check_department(context, params.department, found.role)
    user = await context.write(users.set_department, params.staff_number, params.department)
    context.audit(connection, "users.move", params.staff_number, params.department)
    return user


def _check_department(context: Context, department: str, role: Role | None = None) -> None:
    if role is Role.STATION and not department:
        raise Fault(Reason.INVALID, "a user of a station needs its department", "department")
    if department and department not in {one.id for one in context.config.departments}:
        raise Fault(Reason.INVALID, f"unknown department `{department}`", "department")


async def reset_pin(context: Context, connection: Connection, params: ResetPinParams) -> Done:
    """Give a new PIN; also ends a lock."""
    check_new_pin(params.pin, context.config.security)
    pin_hash = await asyncio.to_thread(hash_pin, params.pin)
    await context.write(users.reset_pin, params.staff_number, pin_hash)
    context.audit(connection, "users.reset_pin", params.staff_number)
    return Done()


async def list_audit(context: Context, connection: Connection, params: AuditParams) -> Audit:
    """Who changed what, newest first."""
    rows = await context.read(audit_log.list_audit, limit=min(max(1, params.limit), 1000))
    return Audit(
        rows=[
            AuditRow(at=row.at, who=row.who, what=row.what, subject=row.subject, detail=row.detail)
            for row in rows
        ]
    )


HANDLERS: dict[str, Handler] = {
    "users.add": add,
    "users.list": list_all,
    "users.move": move,
    "users.disable": disable,
    "users.enable": enable,
    "users.reset_pin": reset_pin,
    "audit.list": list_audit,
}
