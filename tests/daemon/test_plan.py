"""From config.toml to the floor's plan: the rules of distribution, flows by number, and clear refusals."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.config import ConfigError, parse_config
from engine.core.hours import HoursError
from engine.core.ivr.problems import FlowError
from engine.core.plan import Plan
from engine.core.states import Strategy
from engine.core.voice.catalogue import parse_catalogue
from engine.daemon.demo.site import HOME
from engine.daemon.plan import load_plan

SHIPPED = (HOME / "config.toml").read_text(encoding="utf-8")
PROMPTS = parse_catalogue(
    """
    greeting = { number = 1, zh = "您好,{name}", en = "Hello {name}" }
    closed_hours = { number = 2, zh = "已下班", en = "We are closed" }
    technical_error = { number = 3, zh = "抱歉", en = "Sorry" }
    """
)
FLOW = """
start = "hello"

[nodes.hello]
kind = "play"
prompts = ["closed_hours"]
next = "bye"

[nodes.bye]
kind = "hangup"
"""


def changed(*changes: tuple[str, str]) -> str:
    """The shipped file with some words replaced, each in its first place."""
    text = SHIPPED.replace('flow = "flows/main.toml"', 'flow = "flow.toml"')
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def plan_of(folder: Path, *changes: tuple[str, str]) -> Plan:
    (folder / "flow.toml").write_text(FLOW, encoding="utf-8")
    return load_plan(parse_config(changed(*changes), "config.toml"), folder, PROMPTS)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)


def test_the_shipped_file_treats_all_alike(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert {queue.strategy for queue in plan.queues.values()} == {Strategy.LONGEST_IDLE}
    assert (plan.skills, plan.max_on_break, plan.break_limits_ms) == ({}, 0, {})
    assert plan.flow_for("96335") is plan.flow_for("110") is plan.flow
    assert {queue.music for queue in plan.queues.values()} == {"default"}
    assert not any(seat.queues or seat.dids for seat in plan.seats.values())


def test_every_rule_of_a_queue_reaches_the_plan(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "spring.wav").touch()
    plan = plan_of(
        tmp_path,
        ('strategy = "longest_idle"', 'strategy = "ring_all"'),
        ("relax_seconds = 0", "relax_seconds = 30"),
        ("sticky_seconds = 0", "sticky_seconds = 20"),
        ("vip_seconds = 0", "vip_seconds = 300"),
        ("recaller_seconds = 0", "recaller_seconds = 120"),
        ('overflow = ""', 'overflow = "fault"'),
        ("overflow_seconds = 120", "overflow_seconds = 60"),
        ('music = ""', 'music = "music"'),
        ('announcement = ""', 'announcement = "closed_hours"'),
        ("announce_agent = false", "announce_agent = true"),
        ("wrap_up_extension_seconds = 60", "wrap_up_extension_seconds = 90"),
    )
    queue = plan.queues["general"]
    assert queue.strategy is Strategy.RING_ALL
    assert (queue.relax_ms, queue.sticky_ms, queue.vip_ms, queue.recaller_ms) == (
        30_000,
        20_000,
        300_000,
        120_000,
    )
    assert (queue.overflow, queue.overflow_ms, queue.music) == ("fault", 60_000, "queue-general")
    assert (queue.announcement, queue.announce_agent) == ("closed_hours", True)
    assert queue.wrap_up_extension_ms == 90_000
    assert plan.queues["fault"].overflow == ""


def test_a_queue_may_have_its_own_hours_but_the_holidays_of_the_site(tmp_path: Path) -> None:
    hours = ("hours = []", 'hours = ["monday-friday 08:00-12:00", "wednesday 14:00-18:00"]')
    plan = plan_of(tmp_path, hours, ("closed_dates = []", 'closed_dates = ["2026-12-03"]'))
    own, other = plan.queues["general"], plan.queues["fault"]
    assert other.is_open is None
    assert plan.queue_is_open(own, at("2026-12-02 15:00"))
    assert not plan.queue_is_open(own, at("2026-12-01 15:00"))
    assert plan.queue_is_open(other, at("2026-12-01 15:00"))
    assert not plan.queue_is_open(own, at("2026-12-03 09:00"))
    assert not plan.queue_is_open(own, at("2026-12-05 09:00"))


def test_a_flow_may_be_of_several_files_and_knows_which_values_its_prompts_say(tmp_path: Path) -> None:
    (tmp_path / "bye.toml").write_text('[nodes.bye]\nkind = "hangup"', encoding="utf-8")
    main = FLOW.replace('[nodes.bye]\nkind = "hangup"', "")
    (tmp_path / "main.toml").write_text('include = ["bye.toml"]\n' + main, encoding="utf-8")
    plan = plan_of(tmp_path, ('flow = ""', 'flow = "main.toml"'))
    flow = plan.flow_for("96335")
    assert list(flow.nodes) == ["hello", "bye"]
    assert flow.prompt_values["greeting"] == {"name"}
    assert flow.prompt_values["closed_hours"] == frozenset()


def test_holidays_are_those_of_the_calendar_and_closed_dates_of_the_site(tmp_path: Path) -> None:
    dates = ("closed_dates = []", 'closed_dates = ["2026-12-03"]')
    plan = plan_of(tmp_path, dates, ("open_dates = []", 'open_dates = ["2026-10-02"]'))
    assert plan.is_holiday(at("2026-10-01 15:00"))
    assert not plan.is_holiday(at("2026-10-02 15:00"))
    assert plan.is_holiday(at("2026-12-03 09:00"))
    assert not plan.is_holiday(at("2026-12-05 09:00"))  # a Saturday


def test_numbers_have_their_own_flows_and_priorities(tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text(FLOW.replace("hello", "faults"), encoding="utf-8")
    plan = plan_of(
        tmp_path, ('flow = ""', 'flow = "faults.toml"'), ("priority_seconds = 0", "priority_seconds = 45")
    )
    assert plan.flow_for("96335").start == "faults"
    assert plan.flow_for("8881234").start == "hello"
    assert plan.numbers["96335"].priority_ms == 45_000


def test_skills_seats_and_breaks(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        ("# 8001 = { fault = 1, general = 2 }", "8001 = { fault = 1, general = 2 }"),
        ("queues = []", 'queues = ["fault"]'),
        ("numbers = []", 'numbers = ["96335", "09318881234"]'),
        ("max_minutes = 0", "max_minutes = 45"),
        ("max_on_break = 0", "max_on_break = 2"),
    )
    assert plan.skills == {"8001": {"fault": 1, "general": 2}}
    assert plan.seats["seat1"].queues == {"fault"}
    assert plan.seats["seat1"].dids == {"96335", "09318881234"}
    assert (plan.max_on_break, plan.break_limits_ms) == (2, {"meal": 2_700_000})


REFUSED = [
    ("# 8001 = { fault = 1,", "8001 = { fualt = 1,", "there is no queue `fualt`; did you mean `fault`?"),
    ("# 8001 = { fault = 1,", "8001 = { fault = 0,", "Expected `int` >= 1"),
    ("queues = []", 'queues = ["xyz"]', "seat1: queues: there is no queue `xyz`; there are: complaint, "),
    ("numbers = []", 'numbers = ["96336"]', "no line and no entry has `96336`; did you mean `96335`?"),
    ('overflow = ""', 'overflow = "faults"', "[[queues]] general: overflow: there is no queue `faults`"),
    ('overflow = ""', 'overflow = "general"', "overflow goes round in circles: general -> general"),
    ('strategy = "longest_idle"', 'strategy = "random"', "Invalid enum value 'random'"),
    ("overflow_seconds = 120", "overflow_seconds = 1", "Expected `int` >= 5"),
    ('color = "none"', 'color = "pink"', "Invalid enum value 'pink'"),
    ("vip_seconds =", "vip_secnods =", "`vip_secnods` in `queues[0]`; did you mean `vip_seconds`?"),
    ('did = "96335"', 'did = "0931-8881234"', "Expected `str` matching regex"),
    ("[tickets]", "[cases]\nfault_hours = 24\n[tickets]", "time limits belong to the types of tickets"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), REFUSED)
def test_what_cannot_be_meant_is_refused_with_place_and_remedy(old: str, new: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_config(changed((old, new)), "config.toml")
    assert words in str(refused.value)


def test_an_overflow_over_several_queues_may_not_come_back() -> None:
    text = changed(
        ('overflow = ""', 'overflow = "fault"'),
        ('name_en = "Faults"', 'name_en = "Faults"\noverflow = "complaint"'),
    )
    assert parse_config(text, "config.toml").queues[0].overflow == "fault"
    circle = text.replace('name_en = "Complaints"', 'name_en = "Complaints"\noverflow = "general"')
    with pytest.raises(ConfigError, match="general -> fault -> complaint -> general"):
        parse_config(circle, "config.toml")


def test_a_number_is_listed_once() -> None:
    twice = '[[numbers]]\ndid = "96335"\nname = "x"\n\n[[seats]]'
    with pytest.raises(ConfigError, match=r"\[\[numbers\]\]: did `96335` is used twice"):
        parse_config(changed(("[[seats]]", twice)), "config.toml")


def test_files_and_prompts_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.toml"):
        plan_of(tmp_path, ('flow = ""', 'flow = "nowhere.toml"'))
    (tmp_path / "bad.toml").write_text(FLOW.replace('"bye"', '"by"'), encoding="utf-8")
    with pytest.raises(FlowError, match="by"):
        plan_of(tmp_path, ('flow = ""', 'flow = "bad.toml"'))
    (tmp_path / "empty").mkdir()
    for folder in ("nowhere", "empty"):
        with pytest.raises(ConfigError, match=r"general: music: .* has no sound files"):
            plan_of(tmp_path, ('music = ""', f'music = "{folder}"'))
    with pytest.raises(
        ConfigError, match=r"\[\[queues\]\] general: announcement: there is no prompt `jingle`"
    ):
        plan_of(tmp_path, ('announcement = ""', 'announcement = "jingle"'))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("mon-fri 08:00-18:00", "are no hours"),
        ("friday-monday 08:00-18:00", "weeks begin on monday"),
        ("monday 18:00-08:00", "ends before it begins"),
        ("saturday 08:00", "is not a period"),
    ],
)
def test_hours_that_cannot_be_meant_name_the_queue(tmp_path: Path, hours: str, words: str) -> None:
    with pytest.raises(HoursError) as refused:
        plan_of(tmp_path, ("hours = []", f'hours = ["{hours}"]'))
    assert str(refused.value).startswith("[[queues]] general: hours:")
    assert words in str(refused.value)
