"""The kinds of nodes with which callers serve themselves: keying in, asking, looking through, going on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.ivr.values import Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNode:
    """Has the caller key in a number, and keeps it as the value `store`.

    Ends with `terminator`, at `longest` keys, or when no key comes for `timeout_ms`. What was pressed before
    a `*` does not count; a lone 0 asks for a person (the flow's `operator`). Fewer keys than `shortest`, or
    none, cost one of `tries`. With `confirm` the value is read back by that prompt: 1 is right, 2 is to be
    keyed in anew, which costs a try too. A `secret` one is neither read back nor written down anywhere.
    """

    prompts: tuple[str, ...]
    store: str
    next: str
    exhausted: str
    shortest: int = 1
    longest: int = 20
    terminator: str = "#"
    timeout_ms: int = 5_000
    tries: int = 3
    secret: bool = False
    confirm: str = ""  # prompt; empty: not read back
    wrong: str = ""  # prompt after too few keys; empty says nothing
    no_input: str = ""  # prompt; empty says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """What a service is asked with: the value `name`, or the `literal`."""

    name: str = ""
    literal: Plain = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNode:
    """Asks the service and goes where its outcome leads. The results are values from then on."""

    service: str
    outcomes: Mapping[str, str]  # outcome -> node
    arguments: Mapping[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNode:
    """Says `prompts` for each row of the value `items`, whose fields are values meanwhile.

    After each row 1 chooses it (where `chosen` is given; its fields stay values), 2 or # or a pause of
    `pause_ms` goes on to the next one, 3 says it again, * goes back one, 9 leaves. After the last row, and
    where there are none: `next`.
    """

    items: str
    prompts: tuple[str, ...]
    next: str
    chosen: str = ""
    hint: str = ""  # prompt after the first row: which key does what; empty says nothing
    pause_ms: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchNode:
    """Says nothing: goes where the value `on` leads, `cases` by its text; without a case: `otherwise`."""

    on: str
    cases: Mapping[str, str]
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNode:
    """Says nothing: keeps values. `language` (zh or en) is the one in which the caller is spoken to."""

    values: Mapping[str, Plain]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNode:
    """Walks from `node` until a return, then goes on to `next`."""

    node: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnNode:
    """Back to the `next` of the last call; without one the caller counts as lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferNode:
    """Hands the caller to an agent's staff number or an outside number; who cannot be reached: `failed`."""

    failed: str
    agent: str = ""
    number: str = ""
