"""How callers come from one place of the voice menu to the next one, in words."""

from tui.widgets.cells import safe
from tui.words import mark, tr

# Keys of flow files, as the tree has them; of those with a dot the part before it.
WAYS = {
    "start": mark("call begins"),
    "on_error": mark("lost callers"),
    "operator": mark("0 anywhere"),
    "survey": mark("after the talk"),
    "title": mark("sent by an agent"),
    "next": mark("then"),
    "exhausted": mark("no key in the end"),
    "keys": mark("key {name}"),
    "outcomes": mark("answer {name}"),
    "cases": mark("if {name}"),
    "otherwise": mark("else"),
    "on_timeout": mark("waited too long"),
    "on_full": mark("queue full"),
    "on_no_agents": mark("no agents"),
    "on_closed": mark("outside hours"),
    "callback": mark("wants a call back"),
    "cancelled": mark("wants none"),
    "chosen": mark("chosen"),
    "node": mark("calls"),
    "failed": mark("nobody answers"),
    "open": mark("during hours"),
    "present": mark("agents are there"),
    "none": mark("no agents"),
    "holiday": mark("holiday"),
    "workday": mark("working day"),
    "zh": mark("Chinese"),
    "en": mark("English"),
}
WAYS["closed"] = WAYS["on_closed"]


def way_word(key: str) -> str:
    """An exit in words: `keys.1` is key 1."""
    group, _, name = key.partition(".")
    return tr(WAYS[group], name=safe(name)) if group in WAYS else key
