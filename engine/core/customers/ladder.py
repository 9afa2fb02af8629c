"""The customer ladder: how far somebody has come with us, by rules that anybody can check.

Rules
1. Who has no contract, package or account is potential, whatever the number of calls.
2. A customer of five years is old, one past the first year is kept: leaving would have been easy.
3. In the first year a customer is satisfied who has given good marks and has no complaint that is younger
   than the last good mark; else new.
4. Complaints of the last half year put an old customer down to kept, and a kept one to new: somebody who may
   leave is to be treated like a new one.
"""

from dataclasses import dataclass

from engine.core.customers.records import Stage
from engine.core.records import Millis

DAY_MS = 86_400_000
KEPT_DAYS = 365
OLD_DAYS = 5 * 365
COMPLAINT_DAYS = 182
GOOD_MARK = 4  # of 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a stage is computed from. `since`: the oldest contract, or the first contact where it is unknown.

    `mark_at`: the last mark of a survey; `mark` 0: none. `complaint_at`: the last complaint.
    """

    buys: bool
    since: Millis = 0
    mark: int = 0
    mark_at: Millis = 0
    complaint_at: Millis = 0


_DOWN = {Stage.OLD: Stage.KEPT, Stage.KEPT: Stage.NEW, Stage.SATISFIED: Stage.NEW, Stage.NEW: Stage.NEW}


def stage_of(story: Story, now: Millis) -> Stage:
    """The stage of a customer with this story."""
    if not story.buys:
        return Stage.POTENTIAL
    stage = _by_age(story, now)
    if story.complaint_at and now - story.complaint_at <= COMPLAINT_DAYS * DAY_MS:
        return _DOWN[stage]
    return stage


def _by_age(story: Story, now: Millis) -> Stage:
    days = (now - story.since) // DAY_MS if story.since else 0
    if days >= OLD_DAYS:
        return Stage.OLD
    if days >= KEPT_DAYS:
        return Stage.KEPT
    if story.mark >= GOOD_MARK and story.mark_at > story.complaint_at:
        return Stage.SATISFIED
    return Stage.NEW
