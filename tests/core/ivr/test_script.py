"""Scripted walks: what a file may say, what comes of it, and where a walk goes another way."""

import tomllib
from typing import Any

import pytest
from calling import flow_of

from engine.core.ivr.script import Script, parse_scripts
from engine.core.ivr.script_problems import ScriptError
from engine.core.ivr.script_run import Miss, Outcome, run_script

FLOW = """
start = "hello"
operator = "agent"
[nodes.hello]
kind = "play"
prompts = ["hello"]
next = "who"
[nodes.who]
kind = "service"
service = "recognise"
outcomes = { found = "menu", several = "menu", unknown = "menu", failed = "menu" }
[nodes.menu]
kind = "menu"
prompts = ["menu"]
no_input = "silence"
keys = { 1 = "balance", 2 = "words", 3 = "password", 4 = "shop", 5 = "call", 6 = "rate", 7 = "closed" }
exhausted = "agent"
[nodes.balance]
kind = "service"
service = "balance"
outcomes = { paid = "said", owing = "owed", unidentified = "agent", failed = "sorry" }
[nodes.said]
kind = "play"
prompts = ["rest"]
next = "menu"
[nodes.owed]
kind = "play"
prompts = ["owed"]
next = "menu"
[nodes.sorry]
kind = "hangup"
prompts = ["sorry"]
[nodes.words]
kind = "message"
prompts = ["speak"]
store = "recording"
next = "report"
exhausted = "sorry"
[nodes.report]
kind = "service"
service = "report_message"
with = { kind = "complaint", recording = "{recording}" }
outcomes = { done = "kept", failed = "sorry" }
[nodes.kept]
kind = "hangup"
prompts = ["kept"]
[nodes.password]
kind = "entry"
prompts = ["password"]
store = "password"
secret = true
longest = 6
next = "change"
exhausted = "agent"
[nodes.change]
kind = "service"
service = "change_password"
with = { password = "{password}", again = "{password}" }
outcomes = { done = "kept", different = "sorry", weak = "sorry", unidentified = "sorry", failed = "sorry" }
[nodes.shop]
kind = "transfer"
agent = "8001"
failed = "sorry"
[nodes.call]
kind = "callback"
next = "sorry"
[nodes.rate]
kind = "survey"
prompts = ["rate"]
next = "sorry"
[nodes.closed]
kind = "branch"
on = "holiday"
holiday = "english"
workday = "sorry"
[nodes.english]
kind = "set"
values = { language = "en" }
next = "sorry"
[nodes.agent]
kind = "queue"
queue = "general"
on_timeout = "words"
on_full = "sorry"
on_no_agents = "sorry"
on_closed = "sorry"
"""
TEXTS = {
    "zh": {
        "hello": "您好。",
        "rest": "余额{balance:money}。",
        "owed": "欠费{arrears:money}。",
        "kept": "记下了,编号{number:digits}。",
        "sorry": "抱歉。",
    },
    "en": {"sorry": "Sorry."},
}


def walk(steps: str, **keys: Any) -> Script:
    """One walk with these steps, as the file has them."""
    head = "".join(f"{key} = {value}\n" for key, value in keys.items())
    scripts = parse_scripts(tomllib.loads(f'[[walk]]\nname = "w"\n{head}steps = [{steps}]'))
    assert scripts.flow == ""
    return scripts.walks[0]


def run(steps: str, **keys: Any) -> Outcome:
    return run_script(walk(steps, **keys), flow_of(FLOW), TEXTS)


GOOD = {
    "what is said in passing ends by itself": '{ hears = ["hello", "menu"] }',
    "one prompt needs no list": '{ hears = "hello" }, { presses = "1", hears = "rest" }',
    "a key cuts it short": '{ presses = "1", asks = "balance", hears = ["rest", "menu"] }',
    "any prompts between": '{ hears = ["*", "menu"] }, { presses = "", hears = ["silence", "*"] }',
    "shown and spoken": '{ presses = "1", text = ["余额128.50元", "一百二十八元五角"] }',
    "values": '{ presses = "1", outcome = "owing", asks = "balance", spoken = { arrears = 2600 } }',
    "other values": (
        '{ presses = "1", asks = "balance", values = { balance = 200 }, text = "两元", '
        "knows = { balance = 200 } }"
    ),
    "message": (
        '{ presses = "2" }, { speaks = 5, asks = "report_message", with = { kind = "complaint" }, '
        'hears = "kept", ends = true }'
    ),
    "nothing said": '{ presses = "2", records = true }, { speaks = 0 }, { speaks = 0, hears = "sorry" }',
    "secret": (
        '{ presses = "3" }, { presses = "123456", asks = "change_password", with = { password = "123456" } }'
    ),
    "secret known": '{ presses = "3" }, { presses = "12#", asks = "change_password", outcome = "weak" }',
    "agent": '{ presses = "0", waits_in = "general" }, { queue_ends = "answered" }',
    "nobody": '{ presses = "0", waits_in = "general" }, { queue_ends = "timeout", records = true }',
    "transfer": '{ presses = "4", transferred = "8001" }, { transfer_ends = "failed", ends = true }',
    "put through": '{ presses = "4" }, { transfer_ends = "answered" }',
    "called back": '{ presses = "5", at = "call" }, { presses = "1", booked = "13800138000" }',
    "mark": '{ presses = "6" }, { presses = "4", marked = 4, ends = true }',
    "only a look": '{ presses = "1" }',
}


@pytest.mark.parametrize("steps", GOOD.values(), ids=GOOD)
def test_a_walk_that_goes_as_it_is_written(steps: str) -> None:
    assert run(steps).failure is None


def test_the_world_of_a_walk() -> None:
    steps = '{ presses = "7", knows = { language = "en" }, text = "Sorry." }'
    keys = {"holiday": "true", "open": "false", "agents": "false", "as": '""', "today": '"2026-12-01"'}
    assert run(steps, **keys).failure is None
    assert run('{ presses = "7", text = "Sorry." }').failure is not None
    assert run('{ presses = "7", text = "Sorry." }', language='"en"').failure is None


def test_services_answer_as_the_walk_says_or_well() -> None:
    outcome = run('{ presses = "1", hears = ["owed", "menu"] }', services='{ balance = "owing" }')
    assert outcome.failure is None
    assert outcome.services == ("recognise", "balance")
    assert outcome.path[-1] == "menu"
    given = '{ balance = { outcome = "owing", values = { arrears = 300 } } }'
    assert run('{ presses = "1", asks = "balance", text = "三元" }', services=given).failure is None
    rows = '{ bills = { values = { bills = [{ month = "2026-10" }] } } }'
    assert walk('{ presses = "1" }', services=rows).replies["bills"].values == {
        "bills": ({"month": "2026-10"},)
    }


def test_what_changes_something_has_to_be_named() -> None:
    steps = '{ presses = "2" }, { speaks = 5, hears = "kept" }'
    failure = run(steps).failure
    assert failure is not None
    assert (failure.step, failure.miss, failure.found) == (2, Miss.ALSO_ASKED, "report_message")
    assert run(steps, services='{ report_message = "done" }').failure is None
    unnoticed = run('{ presses = "2" }, { speaks = 5 }').failure
    assert unnoticed is not None
    assert unnoticed.miss is Miss.ALSO_ASKED


BAD = {
    '{ hears = ["menu"] }': (1, Miss.NOT_HEARD, "menu", "hello"),
    '{ hears = ["hello", "menu", "more"] }': (1, Miss.NOT_HEARD, "more", ""),
    '{ hears = ["*", "nothing"] }': (1, Miss.NOT_HEARD, "nothing", ""),
    '{ presses = "1", hears = "rest" }, { hears = "menu" }, { presses = "", hears = "silence" }': (
        3,
        Miss.ALSO_HEARD,
        "",
        "menu",
    ),
    '{ presses = "1", hears = "rest", at = "menu" }': (1, Miss.ALSO_HEARD, "", "menu"),
    '{ hears = ["hello"] }, { presses = "1", asks = "bills" }': (2, Miss.NOT_ASKED, "bills", ""),
    '{ presses = "1", asks = "balance", with = { card = "1" } }': (1, Miss.OTHER, "1", ""),
    '{ presses = "1", text = "九元" }': (1, Miss.OTHER, "九元", "余额128.50元。 [menu]"),
    '{ presses = "1", spoken = { balance = 1 } }': (1, Miss.OTHER, "1", "12850"),
    '{ presses = "1", at = "agent" }': (1, Miss.OTHER, "agent", "menu"),
    '{ presses = "0", waits_in = "fault" }': (1, Miss.OTHER, "fault", "general"),
    '{ presses = "0", ends = true }': (1, Miss.OTHER, "ends", ""),
    '{ presses = "2" }, { presses = "1" }, { presses = "1" }': (3, Miss.NOT_POSSIBLE, "1", "message"),
    "{ speaks = 3 }": (1, Miss.NOT_POSSIBLE, "3", "keys"),
    '{ presses = "0" }, { queue_ends = "callback" }': (2, Miss.NOT_POSSIBLE, "callback", "queue"),
}


@pytest.mark.parametrize("steps", BAD)
def test_a_walk_that_goes_another_way(steps: str) -> None:
    failure = run(steps).failure
    assert failure is not None
    assert (failure.step, failure.miss, failure.wanted, failure.found) == BAD[steps]
    assert failure.lines or failure.miss is Miss.NOT_HEARD


WALK = '[[walk]]\nname = "w"\nsteps = [{ presses = "1" }]\n'
PROBLEMS = {
    "": "没有走查",
    "walk = []": "没有走查",
    "walk = [1]": "缺少 name",
    "flow = 1\n" + WALK: "flow 应当是文字",
    WALK + WALK: "[w] 这个名称前面已经用过",
    "[[walk]]\nsteps = [{ ends = true }]": "[walk 1] 缺少 name",
    '[[walk]]\nname = "w"': "[w] 没有步骤",
    '[[walk]]\nname = "w"\nsteps = [1, {}]': "[w] 第 1 步:每一步应当写成",
    WALK + "opne = true": "[w] 不认识 opne;请改正或删去;是不是 open?",
    WALK + 'open = "yes"': "[w] open 应当是true 或 false",
    WALK + 'today = "tomorrow"': "today 应当是日期",
    WALK + "today = 2026-11-20": "today 应当是日期",
    WALK + "services = { balance = 1 }": "services 应当是一组结果",
    WALK + 'services = { balence = "paid" }': "没有 balence 这项服务",
    WALK + 'services = { balance = "payed" }': "balance 没有 payed 这种结果;可以是:paid",
    WALK + "services = { balance = { values = { a = [1] } } }": "values 应当是一组值",
    '[[walk]]\nname = "w"\nsteps = [{ press = "1" }]': "第 1 步:不认识 press;请改正或删去;是不是 presses?",
    '[[walk]]\nname = "w"\nsteps = [{ presses = "a" }]': "presses 应当是电话按键",
    '[[walk]]\nname = "w"\nsteps = [{ hears = [] }]': "hears 应当是一段文字或一列文字",
    '[[walk]]\nname = "w"\nsteps = [{ outcome = "paid" }]': "不认识 outcome",
    '[[walk]]\nname = "w"\nsteps = [{ asks = 1 }]': "asks 应当是文字",
    '[[walk]]\nname = "w"\nsteps = [{ queue_ends = "soon" }]': "queue_ends 应当是其中之一:answered",
    '[[walk]]\nname = "w"\nsteps = [{ ends = false }]': "ends 应当是true",
    '[[walk]]\nname = "w"\nsteps = [{ marked = 6 }]': "marked 应当是1 到 5",
    '[[walk]]\nname = "w"\nsteps = [{ speaks = -1 }]': "speaks 应当是秒数",
    '[[walk]]\nname = "w"\nsteps = [{ knows = [1] }]': "knows 应当是一组值",
}


@pytest.mark.parametrize("text", PROBLEMS)
def test_a_mistake_in_a_file_of_walks_is_told_with_its_place(text: str) -> None:
    with pytest.raises(ScriptError) as raised:
        parse_scripts(tomllib.loads(text))
    assert PROBLEMS[text] in "\n".join(problem.words("zh") for problem in raised.value.problems)
    assert str(raised.value).isascii()


def test_english_words_of_a_mistake_name_the_place_too() -> None:
    with pytest.raises(ScriptError, match=r"\[w\] step 1: press is not known; .*did you mean presses\?"):
        parse_scripts(tomllib.loads('[[walk]]\nname = "w"\nsteps = [{ press = "1" }]'))
