"""Random lives of tickets: whoever does whatever when, on whatever calendar, what must hold holds.

The clocks are compared with ones that count step by step as the time goes by.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.core.tickets.allowed import allowed
from engine.core.tickets.clocks import LADDER, clock_of
from engine.core.tickets.create import create
from engine.core.tickets.decide import WAITS_FOR_CUSTOMER, decide
from engine.core.tickets.machine import STARTS_AFRESH, TRACES, TRANSITIONS
from engine.core.tickets.records import Act, Actor, Decided, NewTicket, Refusal, Ticket, TicketStep
from engine.core.tickets.rules import BY_CUSTOMER, BY_SYSTEM, Rules
from engine.core.tickets.states import Clock, Deed, Refused, TicketKind, TicketState
from engine.core.tickets.tick import tick
from engine.core.tickets.types import FieldKind, Limit, Route, Sla, TicketField, TicketType, Words
from tests.core.slow_clock import MINUTE, STEP, Site, slow_add, slow_between, slow_end_of_day
from tests.core.tickets.office import DEPARTMENTS, PEOPLE, rules

S = TicketState
WITH_DEPARTMENT = (S.DISPATCHED, S.ACCEPTED, S.ON_SITE)
ACTORS = [*PEOPLE.values(), BY_CUSTOMER, BY_SYSTEM]
FORWARD = (
    Deed.VERIFY,
    Deed.DISPATCH,
    Deed.ACCEPT,
    Deed.ARRIVE,
    Deed.RETURN,
    Deed.REPLY,
    Deed.FOLLOW_UP,
    Deed.CLOSE,
    Deed.RESUME,
)
OVER = (S.CLOSED, S.CANCELLED)

limits = st.one_of(
    st.builds(Limit, minutes=st.integers(1, 600).map(lambda n: n * STEP), working=st.booleans()),
    st.builds(Limit, days=st.integers(1, 3)),
)
types = st.builds(
    TicketType,
    id=st.just("fault"),
    kind=st.just(TicketKind.FAULT),
    words=st.just(Words("故障")),
    causes=st.sampled_from([(), (("cable", Words("线路")), ("box", Words("盒")))]),
    checklist=st.sampled_from([(), (("measured", Words("测")), ("signed", Words("签")))]),
    fields=st.sampled_from([(), (TicketField(id="lamps", words=Words("灯"), kind=FieldKind.YES_NO),)]),
    sla=st.builds(
        Sla, respond=limits, resolve=limits, warn_percent=st.integers(1, 100), supervisor_after=limits
    ),
    route=st.builds(
        Route,
        department=st.sampled_from(["", "repair"]),
        by_area=st.booleans(),
        automatic=st.booleans(),
        verify=st.booleans(),
    ),
    follow_up=st.booleans(),
)
acts = st.builds(
    Act,
    deed=st.sampled_from(list(Deed)),
    text=st.sampled_from(["", " ", "因为", "好了"]),
    target=st.sampled_from(
        [
            "",
            "repair",
            "east",
            "west",
            "north",
            "8002",
            "7001",
            "5001",
            "9999",
            "measured",
            "signed",
            "261123002",
        ]
    ),
    code=st.sampled_from(["", "customer", "material", "cable", "box", "reached", "leader", "warned", "no"]),
    score=st.integers(-1, 6),
    at=st.sampled_from([0, 1, 10**13]),
    fields=st.sampled_from([{}, {"title": "新"}, {"area": "西川"}, {"lamps": "yes"}, {"lamps": "?"}]),
)


@st.composite
def sites(draw: st.DrawFn) -> tuple[Site, date]:
    """Sites that work on most days, around a holiday, a year's end or a change of the clocks."""
    zone, near = draw(
        st.sampled_from(
            [
                ("Asia/Shanghai", date(2026, 9, 30)),
                ("Asia/Shanghai", date(2026, 12, 30)),
                ("Europe/Berlin", date(2026, 3, 27)),
                ("Europe/Berlin", date(2026, 10, 23)),
            ]
        )
    )
    some = st.frozensets(st.sampled_from([near + timedelta(days=n) for n in range(10)]), max_size=3)
    closed = draw(some)
    day = st.sampled_from([((510, 720), (840, 1050)), ((0, 1440),), ((540, 1020),), ((120, 180), (600, 720))])
    weekend = st.one_of(st.just(()), day)
    return Site(
        weekly=(*(draw(day) for _ in range(5)), draw(weekend), draw(weekend)),
        zone=ZoneInfo(zone),
        holidays=draw(some),
        make_up=draw(some),
        closed=closed,
        opened=draw(some) - closed,
    ), near


class SlowClock:
    """One clock that is asked at every step of time whether it counts."""

    def __init__(self, site: Site, limit: Limit, start: int) -> None:
        self.site = site
        self.always = not limit.days and not limit.working
        total = (
            slow_between(site, start, slow_end_of_day(site, start, limit.days))
            if limit.days
            else limit.minutes
        )
        self.left = total  # minutes
        self.ran_out_at = 0

    def pass_step(self, at: int) -> None:
        """A step of time from `at` on in which it runs."""
        if self.left and (self.always or self.site.works(at)):
            self.left -= STEP
            if self.left <= 0:
                self.ran_out_at = at + STEP * MINUTE

    def runs_out_at(self, now: int) -> int:
        """When it ran out, or will if nothing stops it."""
        if self.ran_out_at:
            return self.ran_out_at
        return now + self.left * MINUTE if self.always else slow_add(self.site, now, self.left)


class TicketLife(RuleBasedStateMachine):
    """One ticket among everybody who might do something to it."""

    ticket: Ticket
    by: Rules

    @initialize(
        site_and_day=sites(),
        kind=types,
        minutes=st.integers(0, 287).map(lambda n: n * STEP),
        actor=st.sampled_from(ACTORS),
        area=st.sampled_from(["", "东山", "西川", "南坪"]),
        owner=st.sampled_from(["", "8002"]),
    )
    def begin(
        self,
        site_and_day: tuple[Site, date],
        kind: TicketType,
        minutes: int,
        actor: Actor,
        area: str,
        owner: str,
    ) -> None:
        site, day = site_and_day
        midnight = datetime(day.year, day.month, day.day, tzinfo=site.zone)
        self.site, self.kind = site, kind
        self.now = int(midnight.timestamp()) * 1_000 + minutes * MINUTE
        self.by = rules(kind, working=site.working())
        new = NewTicket(key="k", type="fault", area=area, owner=owner if actor in PEOPLE.values() else "")
        made = create(new, actor, self.by, "261123001", self.now)
        assert isinstance(made, Decided)
        self.ticket = made.ticket
        self.history = list(made.steps)
        self.owner = made.ticket.owner
        self.start_clocks()
        self.told: list[str] = []

    def start_clocks(self) -> None:
        self.respond = SlowClock(self.site, self.kind.sla.respond, self.now)
        self.resolve = SlowClock(self.site, self.kind.sla.resolve, self.now)
        self.waits = self.heard = self.replied = False
        self.until = 0
        self.told = []

    @rule(act=acts, actor=st.sampled_from(ACTORS))
    def somebody_tries_something(self, act: Act, actor: Actor) -> None:
        self.act(act, actor)

    @rule(data=st.data(), act=acts, actor=st.sampled_from(ACTORS))
    def somebody_does_what_the_screen_offers(self, data: st.DataObject, act: Act, actor: Actor) -> None:
        offered = [deed for deed in allowed(self.ticket, actor, self.by) if deed not in TRACES]
        if offered:
            deed, target = (
                data.draw(st.sampled_from(offered)),
                data.draw(st.sampled_from(["east", "west", ""])),
            )
            self.act(Act(deed=deed, text="因为", code=act.code or "cable", target=target), actor)

    @rule(to=st.sampled_from(list(PEOPLE)), why=st.sampled_from(["", "休假"]), actor=st.sampled_from(ACTORS))
    def somebody_else_is_to_own_it(self, to: str, why: str, actor: Actor) -> None:
        self.act(Act(deed=Deed.OWN, target=to, text=why), actor)

    @rule(skip=st.integers(0, 7), station=st.sampled_from(["east", "west"]))
    def it_goes_on_as_it_should(self, skip: int, station: str) -> None:
        self.one_further(skip, station)

    @rule(station=st.sampled_from(["east", "west"]), times=st.integers(2, 7))
    def it_goes_on_a_long_way(self, station: str, times: int) -> None:
        for _ in range(times):
            self.one_further(0, station)

    @precondition(lambda self: self.ticket.state is S.REPLIED)
    @rule()
    def somebody_closes_it_at_once(self) -> None:
        self.act(Act(deed=Deed.CLOSE), PEOPLE["7001"])

    @precondition(lambda self: self.ticket.state is S.CLOSED)
    @rule()
    def it_is_not_well_after_all(self) -> None:
        self.act(Act(deed=Deed.REOPEN, text="又坏了"), PEOPLE["7001"])

    def one_further(self, skip: int, station: str) -> None:
        chief = PEOPLE["7001"]
        offered = set(allowed(self.ticket, chief, self.by))
        if self.ticket.department or self.ticket.state is S.RETURNED:
            offered.discard(Deed.DISPATCH)  # it goes on where it is
        deed = next((deed for deed in FORWARD[skip:] if deed in offered), None)
        if deed is Deed.RETURN:
            for point, _ in self.kind.checklist:
                self.act(Act(deed=Deed.CHECK, target=point), chief)
        if deed is not None:
            self.act(Act(deed=deed, text="好了", code="cable", target=station, score=5), chief)

    @precondition(lambda self: self.ticket.state in (S.NEW, S.VERIFIED, S.DISPATCHED))
    @rule(code=st.sampled_from([WAITS_FOR_CUSTOMER, "parts"]), steps=st.integers(0, 300))
    def it_waits_for_some_time_or_until_somebody_resumes_it(self, code: str, steps: int) -> None:
        until = self.now + steps * STEP * MINUTE if steps else 0
        self.act(Act(deed=Deed.SUSPEND, text="等一等", code=code, at=until), PEOPLE["7001"])

    @rule(steps=st.integers(1, 400))
    def time_goes_by(self, steps: int) -> None:
        for _ in range(steps):
            if not self.waits and not self.replied and self.ticket.state not in OVER:
                self.resolve.pass_step(self.now)
                if not self.heard:
                    self.respond.pass_step(self.now)
            self.now += STEP * MINUTE
            if 0 < self.until <= self.now:
                self.goes_on_by_itself()
            if 0 < self.ticket.next_clock_at <= self.now:
                self.tick(late=False)

    def goes_on_by_itself(self) -> None:
        """What waits until an instant is no longer suspended then."""
        was_still = self.waits
        made = tick(self.ticket, self.by, self.now)
        assert made is not None
        assert [(step.deed, step.who) for step in made.steps] == [(Deed.RESUME, "system")]
        assert made.ticket.version == self.ticket.version
        self.keep(made)
        self.waits, self.until = False, 0
        if was_still and 0 < self.ticket.next_clock_at <= self.now:
            self.tick(late=True)

    def tick(self, *, late: bool) -> None:
        """The clock speaks; `late`: a deed has set off one that ran out before."""
        made = tick(self.ticket, self.by, self.now)
        assert made is not None
        assert made.steps
        for step in made.steps:
            clock = self.respond if step.target == Clock.RESPOND else self.resolve
            if step.code == "breached":
                assert 0 < clock.ran_out_at <= self.now
                assert late or clock.ran_out_at == self.now
            assert f"{step.target} {step.code}" not in self.told
            self.told.append(f"{step.target} {step.code}")
        assert made.ticket.version == self.ticket.version
        self.keep(made)

    def act(self, act: Act, actor: Actor) -> None:
        before = self.ticket
        made = decide(before, act, actor, self.by, self.now)
        offered = act.deed in allowed(before, actor, self.by)
        if isinstance(made, Refusal):
            assert offered == (made.code not in (Refused.ILLEGAL, Refused.NOT_ALLOWED))
            return
        assert offered
        assert made.ticket.version == before.version + 1
        self.keep(made)
        if act.deed is Deed.OWN:
            assert act.text.strip()
            self.owner = act.target
        self.count(before, act)
        if 0 < self.ticket.next_clock_at <= self.now:
            self.tick(late=True)

    def keep(self, made: Decided) -> None:
        self.history += made.steps
        self.ticket = made.ticket

    def count(self, before: Ticket, act: Act) -> None:
        """What a deed means to the slow clocks."""
        after = self.ticket
        if act.deed in STARTS_AFRESH:
            self.start_clocks()
        if act.deed is Deed.SUSPEND:
            self.waits, self.until = act.code == WAITS_FOR_CUSTOMER, act.at
        if before.state is S.SUSPENDED and after.state is not S.SUSPENDED:
            self.waits, self.until = False, 0
        if after.responded_at and not before.responded_at:
            self.heard = True
        self.replied = bool(after.replied_at)
        if act.deed is Deed.ESCALATE:
            reached = LADDER.index(after.escalation) + 1
            self.told += [f"{clock} {code}" for clock in Clock for code in LADDER[:reached]]

    @invariant()
    def it_has_an_owner_who_changes_with_a_reason_only(self) -> None:
        assert self.ticket.owner == self.owner != ""
        assert self.by.can_own(self.owner)

    @invariant()
    def its_history_follows_the_table(self) -> None:
        first, *further = self.history
        assert (first.deed, first.state) == (Deed.CREATED, S.NEW)
        state, suspended_in = S.NEW, S.NEW
        for step in further:
            state, suspended_in = self.follow(state, suspended_in, step)
        assert state is self.ticket.state

    def follow(self, state: S, suspended_in: S, step: TicketStep) -> tuple[S, S]:
        if step.deed in TRACES:
            assert step.state is state
        elif step.deed is Deed.RESUME:
            assert (state, step.state) == (S.SUSPENDED, suspended_in)
        else:
            assert step.state is TRANSITIONS[state][step.deed]
        return step.state, state if step.deed is Deed.SUSPEND else suspended_in

    @invariant()
    def what_is_closed_was_replied_to_and_followed_up_and_verified(self) -> None:
        ticket = self.ticket
        if ticket.state in (S.REPLIED, S.FOLLOWED_UP, S.CLOSED):
            assert ticket.replied_at
            assert ticket.reply
        if ticket.state is S.CLOSED:
            assert ticket.closed_at >= ticket.replied_at
            assert ticket.followed_up_at or not self.kind.follow_up
        deeds = [step.deed for step in self.history]
        if self.kind.route.verify and {Deed.DISPATCH, Deed.REPLY} & set(deeds):
            first = min(deeds.index(deed) for deed in (Deed.DISPATCH, Deed.REPLY) if deed in deeds)
            assert {Deed.VERIFY, Deed.REOPEN, Deed.UNMERGE} & set(deeds[:first])

    @invariant()
    def a_department_has_it_while_it_is_dispatched(self) -> None:
        state = self.ticket.resume_to or self.ticket.state
        assert (self.ticket.department in [one.id for one in DEPARTMENTS]) == (state in WITH_DEPARTMENT)
        assert self.ticket.state is S.CANCELLED or not self.ticket.merged_into
        assert (self.ticket.resume_to is not None) == (self.ticket.state is S.SUSPENDED)
        assert self.ticket.resume_at == self.until

    @invariant()
    def what_was_returned_says_what_was_done(self) -> None:
        if self.ticket.state is S.RETURNED:
            assert self.ticket.result
            assert not self.kind.causes or self.ticket.cause
            assert set(self.ticket.checked) == {point for point, _ in self.kind.checklist}

    @invariant()
    def its_clocks_are_those_that_count_step_by_step(self) -> None:
        ticket = self.ticket
        runs = ticket.state not in OVER and not self.replied
        if not runs or self.waits:
            assert ticket.next_clock_at == self.until
        if runs and self.waits:
            assert ticket.resolve_left_ms == max(0, self.resolve.left) * MINUTE
        if runs and not self.waits:
            assert ticket.resolve_left_ms == -1
            assert ticket.resolve_by == self.resolve.runs_out_at(self.now)
            assert self.heard or ticket.respond_by == self.respond.runs_out_at(self.now)
            assert ticket.next_clock_at > self.now or ticket.escalation is LADDER[-1]
            clock = self.respond if clock_of(ticket) is Clock.RESPOND else self.resolve
            assert (f"{clock_of(ticket)} breached" in self.told) or not clock.ran_out_at


TicketLife.TestCase.settings = settings(stateful_step_count=30)
TestTicketLife = TicketLife.TestCase
