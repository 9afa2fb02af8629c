"""The sections of `config.toml`, and the whole of it. Every key has a default or is asked for by name."""

from typing import Annotated, Literal

import msgspec

from engine.config.basics import (
    Colour,
    Count,
    Date,
    Dialled,
    Extension,
    Identifier,
    Level,
    PathText,
    Port,
    Prefix,
    Seconds,
    Secret,
    Section,
    Token,
    Word,
)
from engine.config.office import DepartmentSection, Privacy, Tickets
from engine.config.sources import Source


class Site(Section, frozen=True):
    name: Word = "某某广电网络分公司"
    timezone: Word = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"
    area_code: Annotated[str, msgspec.Meta(pattern=r"^(0[0-9]{2,3})?$")] = ""
    data: PathText = "/var/lib/fourseat"
    socket: str = ""  # empty: <data>/run/engine.sock


class Asterisk(Section, frozen=True):
    kind: Literal["private", "system"] = "private"
    host: Word = "127.0.0.1"
    ami_port: Port = 5038
    ami_user: Word = "fourseat"
    ami_secret: Secret = ""  # empty: made once and kept in <data>
    agi_port: Port = 4573
    sip_address: Word = "0.0.0.0"
    sip_port: Port = 5060
    rtp_first: Port = 10_000
    rtp_last: Port = 10_199


class Line(Section, frozen=True):
    id: Identifier
    name: Word
    number: str = ""  # the number that callers dial
    host: Word = "127.0.0.1"  # the gateway or the carrier's exchange
    port: Port = 5060
    username: str = ""
    secret: Secret = ""
    channels: Count = 1  # calls at once
    outbound: bool = True  # agents may call out over it
    dial_prefix: Prefix = ""  # in front of every number that is dialled
    # How keys of callers arrive. auto: RFC 4733 where the far end offers it, else tones; SIP INFO always.
    dtmf: Literal["auto", "rfc4733", "info", "inband"] = "auto"


class Number(Section, frozen=True):
    """A number that callers dial. One that is not listed has the flow of [ivr] and no priority."""

    did: Dialled
    name: Word
    flow: str = ""  # empty: [ivr] flow
    priority_seconds: Seconds = 0  # waiting time that its callers are given ahead


class Seat(Section, frozen=True):
    id: Identifier
    name: Word
    extension: Extension
    secret: Secret = ""  # empty: made once and kept in <data>
    phone: Literal["ring", "auto"] = "ring"
    queues: tuple[Identifier, ...] = ()  # serves only these; empty: all
    numbers: tuple[Dialled, ...] = ()  # serves only callers of these; empty: all


class Queue(Section, frozen=True):
    id: Identifier
    name: Word
    name_en: Word
    ring_seconds: Annotated[int, msgspec.Meta(ge=3, le=300)] = 20
    wrap_up_seconds: Seconds = 30
    max_wait_seconds: Annotated[int, msgspec.Meta(ge=10, le=86_400)] = 600
    max_waiting: Count = 20
    announce_first_seconds: Seconds = 20
    announce_every_seconds: Seconds = 45  # 0: never
    service_level_seconds: Annotated[int, msgspec.Meta(ge=1, le=600)] = 20
    short_abandon_seconds: Seconds = 5
    strategy: Literal["longest_idle", "round_robin", "fewest_calls", "ring_all"] = "longest_idle"
    relax_seconds: Seconds = 0  # after so long the next skill level too; 0: all levels at once
    sticky_seconds: Seconds = 0  # so long a caller waits for the agent who knows the case
    vip_seconds: Seconds = 0  # waiting time that important customers are given ahead
    recaller_seconds: Seconds = 0  # who calls again within this keeps the time waited so far
    overflow: str = ""  # queue to go on to; empty: none
    overflow_seconds: Annotated[int, msgspec.Meta(ge=5, le=86_400)] = 120
    hours: tuple[str, ...] = ()  # "monday-friday 08:00-18:00"; empty: [hours]
    music: str = ""  # folder of sound files; empty: the supplied music
    announcement: str = ""  # prompt after the place in the queue
    announce_agent: bool = False
    wrap_up_extension_seconds: Seconds = 60  # once, by the agent; 0: not allowed
    survey: bool = False  # ask for a mark when the agent has hung up

    @property
    def music_class(self) -> str:
        """The music of the queue as Asterisk knows it."""
        return f"queue-{self.id}" if self.music else "default"


class Hours(Section, frozen=True):
    """Opening hours by weekday: periods "08:00-12:00"; an empty list is a closed day."""

    monday: tuple[str, ...] = ("00:00-24:00",)
    tuesday: tuple[str, ...] = ("00:00-24:00",)
    wednesday: tuple[str, ...] = ("00:00-24:00",)
    thursday: tuple[str, ...] = ("00:00-24:00",)
    friday: tuple[str, ...] = ("00:00-24:00",)
    saturday: tuple[str, ...] = ("00:00-24:00",)
    sunday: tuple[str, ...] = ("00:00-24:00",)
    holidays: Literal["open", "closed"] = "open"  # public holidays of the Chinese calendar
    closed_dates: tuple[Date, ...] = ()
    open_dates: tuple[Date, ...] = ()


class BreakReason(Section, frozen=True):
    id: Identifier
    name: Word
    name_en: Word
    color: Colour = "none"
    max_minutes: Annotated[int, msgspec.Meta(ge=0, le=1_440)] = 0  # then it is overdue; 0: no limit


class Disposition(Section, frozen=True):
    id: Identifier
    name: Word
    name_en: Word


class Recording(Section, frozen=True):
    enabled: bool = True
    min_free_mb: Annotated[int, msgspec.Meta(ge=10, le=1_000_000)] = 500


class Ivr(Section, frozen=True):
    flow: PathText = "flows/main.toml"


class Speech(Section, frozen=True):
    rate: Annotated[int, msgspec.Meta(ge=80, le=300)] = 165
    human: PathText = "voice_prompts/human"
    cache_mb: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 50  # sentences with values, kept on disk


class Agents(Section, frozen=True):
    console_grace_seconds: Seconds = 10  # console gone this long: break with reason "console"
    max_on_break: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0  # at once; 0: any number


class Security(Section, frozen=True):
    pin_attempts: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5
    pin_lock_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 15
    pin_min_digits: Annotated[int, msgspec.Meta(ge=4, le=12)] = 4


class Dialling(Section, frozen=True):
    """Whom agents may call. Emergency numbers may always be called, also over the last free line."""

    local: bool = True
    mobile: bool = True
    long_distance: bool = True
    international: bool = False
    premium: bool = False
    premium_prefixes: tuple[Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2,8}$")], ...] = ("168", "160")
    keep_free_lines: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0  # that only callers use
    ring_seconds: Annotated[int, msgspec.Meta(ge=10, le=180)] = 60


class Callback(Section, frozen=True):
    """Customers who would rather be called back than wait; `quiet_hours` may span midnight, "" for none."""

    enabled: bool = False
    tries: Annotated[int, msgspec.Meta(ge=1, le=9)] = 3
    pause_minutes: Annotated[int, msgspec.Meta(ge=1, le=1_440)] = 15
    quiet_hours: Annotated[
        str, msgspec.Meta(pattern=r"^$|^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")
    ] = "21:00-08:00"


class Wallboard(Section, frozen=True):
    """From which value on a figure is marked; 0 (shares: 0 %) never marks it."""

    waiting_watch: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 2
    waiting_alarm: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 5
    wait_watch_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 30
    wait_alarm_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 60
    level_watch_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 80
    level_alarm_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 60
    abandoned_watch_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 5
    abandoned_alarm_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 10


class Alarms(Section, frozen=True):
    """When supervisors are warned; twice the limit is critical. 0 switches one off."""

    longest_wait_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 60
    abandon_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 15
    abandon_calls: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 10  # fewer say nothing about a rate
    no_agent_seconds: Seconds = 60
    lines_busy_seconds: Seconds = 15
    unreachable_seconds: Seconds = 30
    clock_jump_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 5
    clock_sync: bool = True  # warn when the kernel says that nobody sets its clock
    restart_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 10  # how long a restart is shown
    command: tuple[str, ...] = ()  # program and arguments, run for each alarm; empty: none


class Boss(Section, frozen=True):
    """The billing side. `local`: the tables of the own database; `http`: docs/billing-interface.md."""

    kind: Literal["local", "http"] = "local"
    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^ ]{1,500})?$")] = ""
    secret: Token = ""  # sent as bearer token; empty: none
    timeout_ms: Annotated[int, msgspec.Meta(ge=100, le=7_000)] = 2_000  # of one try
    retries: Annotated[int, msgspec.Meta(ge=0, le=9)] = 2  # further tries of a question
    breaker_failures: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5  # in a row: then it is left alone
    breaker_seconds: Annotated[int, msgspec.Meta(ge=1, le=3_600)] = 30  # for so long
    authorise: tuple[str, ...] = ()  # local: program and arguments that authorise a smart card; empty: none


class SelfService(Section, frozen=True):
    """Limits for wrong passwords and wrong secrets of recharge cards."""

    tries_a_call: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3  # also for one recharge card on one day
    tries_a_day: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10  # for one customer
    fax: tuple[str, ...] = ()  # program and arguments that send a document by fax; empty: none


class Config(Section, frozen=True):
    """The whole file. Lists keep the order of the file; ids are unique within their list."""

    lines: list[Line]
    seats: list[Seat]
    queues: list[Queue]
    break_reasons: list[BreakReason]
    dispositions: list[Disposition]
    numbers: list[Number] = msgspec.field(default_factory=list)
    skills: dict[str, dict[str, Level]] = msgspec.field(default_factory=dict)
    site: Site = Site()
    asterisk: Asterisk = Asterisk()
    hours: Hours = Hours()
    recording: Recording = Recording()
    ivr: Ivr = Ivr()
    speech: Speech = Speech()
    agents: Agents = Agents()
    security: Security = Security()
    dialling: Dialling = Dialling()
    callback: Callback = Callback()
    wallboard: Wallboard = Wallboard()
    alarms: Alarms = Alarms()
    boss: Boss = Boss()
    self_service: SelfService = SelfService()
    departments: list[DepartmentSection] = msgspec.field(default_factory=list)
    tickets: Tickets = Tickets()
    privacy: Privacy = Privacy()
    sources: list[Source] = msgspec.field(default_factory=list)
