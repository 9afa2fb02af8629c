"""Who may come in: PINs, locks, and the audit of both."""

import asyncio
import functools
import os

import argon2

from db.audit import AuditRow, append_audit
from db.store import Store
from db.users import clear_failures, credentials, record_failed_pin
from engine.config import Security
from engine.core.records import Millis, User
from engine.core.states import Role
from engine.core.views import Identity
from engine.daemon.clock import Clock
from engine.wire.messages import Fault, Reason

# 19 MiB, two passes, as OWASP's password storage sheet has it: enough behind a lock, and small.
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_WEAK = frozenset({"1234", "4321", "12345", "123456", "654321"})


def hash_pin(pin: str) -> str:
    """Argon2id hash of a PIN; takes about a tenth of a second."""
    return _HASHER.hash(pin)


def check_new_pin(pin: str, security: Security) -> None:
    """Refuse a PIN that is no PIN. Raises Fault."""
    if not (pin.isascii() and pin.isdigit() and security.pin_min_digits <= len(pin) <= 12):
        raise Fault(Reason.INVALID, f"a PIN has {security.pin_min_digits} to 12 digits", "pin")
    if pin in _WEAK or len(set(pin)) == 1:
        raise Fault(Reason.INVALID, "this PIN is too easy to guess", "pin_weak")


def local_administrator(uid: int) -> Identity | None:
    """Root and the engine's own system user need no PIN: they could read the database anyway."""
    if uid in (0, os.getuid()):
        return Identity(staff_number=f"uid{uid}", name="local administrator", role=Role.ADMIN)
    return None


class People:
    """Checks PINs. One at a time: the hash is made slow on purpose."""

    def __init__(self, store: Store, security: Security, clock: Clock) -> None:
        self._store = store
        self.security = security
        self._clock = clock
        self._one_at_a_time = asyncio.Semaphore(1)

    async def check_pin(self, staff_number: str, pin: str, peer_uid: int) -> User:
        """The user whose PIN this is. Raises Fault; a wrong PIN is counted and audited."""
        async with self._one_at_a_time:
            found = await asyncio.wrap_future(self._store.read(credentials, staff_number))
            now = self._clock.now()
            if found is not None and found.user.locked_until > now:
                raise Fault(Reason.LOCKED, "too many wrong PINs; try later", str(found.user.locked_until))
            right = await asyncio.to_thread(pin_fits, found.pin_hash if found is not None else None, pin)
            if found is None:
                self.audit(now, staff_number[:64], "log_in.unknown", "", "", peer_uid)
                raise Fault(Reason.WRONG_PIN, "staff number or PIN is wrong")
            if not right:
                await self._wrong_pin(staff_number, found.failed_attempts + 1, now, peer_uid)
            if found.user.disabled:
                raise Fault(Reason.DISABLED, "this user is disabled; an administrator can enable it")
            if found.failed_attempts:
                await asyncio.wrap_future(self._store.submit(clear_failures, staff_number))
            return found.user

    async def _wrong_pin(self, staff_number: str, failed: int, now: Millis, peer_uid: int) -> None:
        lock_ms = self.security.pin_lock_minutes * 60_000
        user = await asyncio.wrap_future(
            self._store.submit(
                record_failed_pin,
                staff_number,
                now,
                attempts=self.security.pin_attempts,
                lock_ms=lock_ms,
            )
        )
        self.audit(now, staff_number, "log_in.wrong_pin", "", "", peer_uid)
        if user.locked_until > now:
            self.audit(now, staff_number, "log_in.locked", "", str(user.locked_until), peer_uid)
            raise Fault(Reason.LOCKED, "too many wrong PINs; try later", str(user.locked_until))
        left = self.security.pin_attempts - failed
        raise Fault(Reason.WRONG_PIN, "staff number or PIN is wrong", str(left))

    def audit(self, at: Millis, who: str, what: str, subject: str, detail: str, peer_uid: int) -> None:
        """Write down who did what."""
        row = AuditRow(at=at, who=who, what=what, subject=subject, detail=detail, peer_uid=peer_uid)
        self._store.post(append_audit, row)


@functools.cache
def _nobody() -> str:
    """An unknown staff number takes as long as a wrong PIN."""
    return _HASHER.hash("no such user")


def pin_fits(pin_hash: str | None, pin: str) -> bool:
    """Whether this is the PIN; None, somebody unknown, takes as long."""
    try:
        return _HASHER.verify(pin_hash or _nobody(), pin[:64]) and pin_hash is not None
    except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.InvalidHashError):
        return False
