"""The budgets of the design, and how each figure is measured."""

from dataclasses import dataclass

from benchmarks.figures import Figures


@dataclass(frozen=True, slots=True)
class Budget:
    """One line of the table. `at_least`: the figure is to be this large, else it may be at most so large."""

    name: str
    unit: str
    limit: float
    how: str
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        """Whether the figure is within the budget."""
        return value >= self.limit if self.at_least else value <= self.limit


_FREE = (
    "Hangup of the agent's leg to Newchannel of the next leg, Asterisk's own time stamps (AMI); the callers "
    "wait with music and are recorded, the phone picks up at once and hangs up after 0.1 to 1.1 s, no wrap-up"
)
_RIVAL = (
    "median of app_queue (retry=1, autofill=yes, wrapuptime=0) / median of Fourseat, rounds in turn on "
    "the same Asterisk"
)
_POP = (
    "the floor's `presented_at` to the first read from the pty (80x24, pyte) after which name, customer "
    "number and card number stand on the screen; real calls through Asterisk, menu and queue"
)
_CPU = (
    "user and system time from /proc over the same calls (menu, music, 8 s talk, recording, notes, 12 agents "
    "with consoles, a supervisor); the recording worker counts as engine; longer talks lower the share"
)
_START = "process start to socket answering with Asterisk's link up; median of the starts"
_PAINT = "process start to the whole log-in screen with the engine's seats in the pty; median of the starts"
_PHONE = "card by number through the store's reading thread, random customers"
_NAME = "search box with two neighbouring characters of a random customer's name, 20 rows"
_GROWTH = (
    "cost at 200 seats and 780 lines / cost at 4 seats and 2 lines / ratio of the logarithms of the seats; "
    "`Floor` alone, all lines busy"
)

_HELD = "user and system time from /proc over 60 s in which 30 recorded talks go on and nothing else happens"

_AUDIO = (
    "the request on the socket to the first RTP packet with sound at the phone of who hears it now (packets "
    "come every 20 ms); real calls, recorded"
)

_VOICE = (
    "the switch's order to the file that Asterisk then plays (a packet comes every 20 ms), a sentence with "
    "an amount of money in Chinese"
)

_CROWD = (
    "60 callers at once through balance, bills, packages and fault menus of the shipped flow, by keys of "
    "RFC 4733 of 100 ms, recorded; what each hears is compared with the files packet by packet"
)
_EAR = (
    "the release of the key to the first packet with sound in it at the caller's telephone, by the kernel's "
    "clock"
)
_LOOPBACK = (
    "450 callers over FastAGI without sound, who press a key after 1.5 to 4.5 s; 14 callers for 10 agents "
    "go on, with 10 consoles and a supervisor"
)

_CARD = "card by number of a customer with tickets, calls and a file of everything, 200,000 tickets"
_FILE = "the one view: persons, addresses, accounts, bills, open matters, first page of the line of time"
_TYPING = (
    "the store's search after each key: names, pieces of them, initials, pinyin, digits, ends of numbers, "
    "addresses; each text is new, random customers"
)
_TICKETS = "a page of 100 of 200,000 tickets, 1 % of them open, through the store's reading thread"
_DEED = "own transaction on the writing thread, with search and history"
_IMPORT = (
    "a CSV list through the source worker, ten agents with calls over FastAGI without sound, and somebody "
    "who writes a remark, asks a card and searches, each 3 times a second"
)

BUDGETS = (
    Budget("distribution.fourseat_median_ms", "ms", 6, f"agent free to next call: {_FREE}"),
    Budget("distribution.fourseat_p99_ms", "ms", 30, "the same"),
    Budget("distribution.times_faster", "x", 100, _RIVAL, at_least=True),
    Budget("pop.painted_p99_ms", "ms", 100, f"presented to painted: {_POP}"),
    Budget("cpu.engine_percent_of_asterisk", "%", 20, _CPU),
    Budget("audio.transfer_p99_ms", "ms", 100, f"attended transfer completed: {_AUDIO}"),
    Budget("audio.barge_p99_ms", "ms", 300, f"from listening to joining: {_AUDIO}"),
    Budget("held.engine_percent_of_asterisk", "%", 20, _HELD),
    Budget(
        "rss.engine_mb", "MB", 80, "VmRSS of the engine, the larger of after the pop-ups and after the calls"
    ),
    Budget("rss.console_mb", "MB", 70, "VmRSS of the agent's console after the pop-ups"),
    Budget("start.engine_s", "s", 1, _START),
    Budget("start.console_paint_s", "s", 1, _PAINT),
    Budget("lookup.phone_1m_p99_ms", "ms", 1, _PHONE),
    Budget("lookup.name2_1m_p99_ms", "ms", 5, _NAME),
    Budget("customers.card_1m_p99_ms", "ms", 5, _CARD),
    Budget("customers.file_1m_p99_ms", "ms", 50, f"whole file of such a customer: {_FILE}"),
    Budget("typing.any_1m_p99_ms", "ms", 50, _TYPING),
    Budget("tickets.mine_1m_p99_ms", "ms", 50, f"mine, by what is due: {_TICKETS}"),
    Budget("tickets.department_1m_p99_ms", "ms", 50, f"my department's: {_TICKETS}"),
    Budget("tickets.overdue_1m_p99_ms", "ms", 50, f"overdue: {_TICKETS}"),
    Budget("tickets.text_1m_p99_ms", "ms", 50, f"two characters or more in any of them: {_TICKETS}"),
    Budget("tickets.counts_1m_p99_ms", "ms", 10, f"the counts of all lists: {_TICKETS}"),
    Budget("tickets.create_1m_p99_ms", "ms", 50, f"a new ticket: {_DEED}"),
    Budget("tickets.remark_1m_p99_ms", "ms", 50, f"a remark: {_DEED}"),
    Budget("import.new_200k_s", "s", 60, f"200,000 rows of whom nobody knows: {_IMPORT}"),
    Budget("import.new_1m_s", "s", 60, "the same beside 1,000,000 customers"),
    Budget("import.new_1m_agent_free_p99_ms", "ms", 30, f"Hangup to the Dial of the next call: {_IMPORT}"),
    Budget("import.new_1m_remark_p99_ms", "ms", 100, f"a remark over the socket meanwhile: {_IMPORT}"),
    Budget("import.new_1m_engine_mb", "MB", 80, f"VmRSS of the engine behind it: {_IMPORT}"),
    Budget("voice.cached_zh_p99_ms", "ms", 150, f"said before: {_VOICE}"),
    Budget("voice.new_zh_p99_ms", "ms", 400, f"not said before, the worker warm: {_VOICE}"),
    Budget("voice.first_zh_ms", "ms", 400, f"the very first, the worker not started yet: {_VOICE}"),
    Budget(
        "voice.at_once_zh_p99_ms", "ms", 400, f"sixty callers at once, each with another amount: {_VOICE}"
    ),
    Budget("selfservice.cached_p99_ms", "ms", 150, f"a sentence with values said before: {_EAR}; {_CROWD}"),
    Budget(
        "selfservice.new_p99_ms", "ms", 400, f"60 callers within 6 s, each a sentence that is new: {_EAR}"
    ),
    Budget(
        "selfservice.hole_max_ms",
        "ms",
        60,
        f"the longest that a packet within a sentence came after its turn, of all sentences: {_CROWD}",
    ),
    Budget(
        "selfservice.engine_percent_of_asterisk",
        "%",
        20,
        f"user and system time from /proc, speech and recording workers counted as engine: {_CROWD}",
    ),
    Budget("selfservice.engine_mb", "MB", 80, "VmRSS of the engine after those calls"),
    Budget(
        "steps.step_p99_ms",
        "ms",
        50,
        f"a key to the command that plays what follows, services asked: {_LOOPBACK}",
    ),
    Budget(
        "steps.together_agent_free_p99_ms",
        "ms",
        30,
        f"Hangup of the agent's leg to the Dial of the next call: {_LOOPBACK}",
    ),
    Budget("steps.together_engine_mb", "MB", 80, f"VmRSS of the engine: {_LOOPBACK}"),
    Budget("growth.assign_to_logarithm", "x", 1, f"an agent becomes free: {_GROWTH}"),
    Budget("growth.step_to_logarithm", "x", 1, f"any fact: {_GROWTH}"),
)


def missed(figures: Figures) -> list[Budget]:
    """Budgets whose figure was measured and is not within them."""
    return [each for each in BUDGETS if each.name in figures and not each.is_met(figures[each.name])]
