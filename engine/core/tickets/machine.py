"""Which deed leads from which state to which; everything else is refused as illegal.

Rules
1. A ticket is dispatched to a department at any time before it was returned; a department may pass it on, or
   send it back, which makes it verified again.
2. A department that has it must return it, with what was done, before the customer can be told.
3. What needs no department (solved on the phone) is replied to from `new` or `verified`.
4. `suspended` remembers where it came from: RESUME goes back there and is not in the table. It comes by
   itself where somebody has said until when to wait.
5. It closes out of `replied`, or, where its type asks for it, out of `followed_up`; see `decide`.
6. It can be reopened as long as it is kept: the customer is right until told otherwise.
"""

from collections.abc import Mapping

from engine.core.tickets.states import Deed as D
from engine.core.tickets.states import TicketState as S

_WITH_OFFICE = {
    D.DISPATCH: S.DISPATCHED,
    D.REPLY: S.REPLIED,
    D.SUSPEND: S.SUSPENDED,
    D.CANCEL: S.CANCELLED,
    D.MERGE: S.CANCELLED,
}
_WITH_DEPARTMENT = {
    D.DISPATCH: S.DISPATCHED,
    D.SEND_BACK: S.VERIFIED,
    D.RETURN: S.RETURNED,
    D.SUSPEND: S.SUSPENDED,
    D.CANCEL: S.CANCELLED,
    D.MERGE: S.CANCELLED,
}

TRANSITIONS: Mapping[S, Mapping[D, S]] = {
    S.NEW: {**_WITH_OFFICE, D.VERIFY: S.VERIFIED},
    S.VERIFIED: _WITH_OFFICE,
    S.DISPATCHED: {**_WITH_DEPARTMENT, D.ACCEPT: S.ACCEPTED},
    S.ACCEPTED: {**_WITH_DEPARTMENT, D.ARRIVE: S.ON_SITE},
    S.ON_SITE: _WITH_DEPARTMENT,
    S.RETURNED: {
        D.DISPATCH: S.DISPATCHED,
        D.REPLY: S.REPLIED,
        D.SUSPEND: S.SUSPENDED,
        D.CANCEL: S.CANCELLED,
        D.MERGE: S.CANCELLED,
    },
    S.REPLIED: {D.FOLLOW_UP: S.FOLLOWED_UP, D.CLOSE: S.CLOSED, D.REOPEN: S.VERIFIED},
    S.FOLLOWED_UP: {D.CLOSE: S.CLOSED, D.REOPEN: S.VERIFIED},
    S.CLOSED: {D.REOPEN: S.VERIFIED},
    S.SUSPENDED: {D.CANCEL: S.CANCELLED, D.MERGE: S.CANCELLED},
    S.CANCELLED: {D.REOPEN: S.VERIFIED, D.UNMERGE: S.VERIFIED},
}

TRACES = frozenset(
    {D.ASSIGN, D.OWN, D.EDIT, D.EXPECT, D.CHECK, D.REMARK, D.ATTACH, D.CALL, D.AGAIN, D.RATE, D.ESCALATE}
)
"""Deeds that change no state and are possible in every one."""

STARTS_AFRESH = frozenset({D.REOPEN, D.UNMERGE})
"""Deeds after which the clocks run anew."""
