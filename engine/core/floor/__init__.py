"""The floor: all agents, queues and calls now, and every decision about them.

Begin with `entities` (what there is), `state` (who holds it, and how effects are collected) and `floor`
(which fact goes where). Then the rooms:

the customer's way     journey, walking, questions, connect, survey, ending
queues                 waiting, ordered, patience, idle, distribution, estimate
call meets agent       presentation, unanswered, legs
a talk                 phone, talk, keys, wrap_up, shares
three and more         consult, parties, helpers, transfer, forward, targets
calls that we begin    outbound
to be called back      wishes, callback, callback_turn, callback_follow
agents                 seating, console, status, breaks
what people ask for    desk, hands
supervisors            supervision, spying
restart, new plan      restore, replan
figures, views         tally, look
"""

from engine.core.floor.floor import Floor

__all__ = ["Floor"]
