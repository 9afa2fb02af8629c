"""Edits of config.toml: what was meant changes and nothing else, however the file is written."""

import random
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from engine.config import parse_config
from engine.settings.edit import apply_edits
from engine.settings.effects import diff_of, effects_of, running_part, waiting_for_restart
from engine.settings.notes import notes
from engine.settings.problems import CODES, EditProblem
from engine.settings.schema import describe, fields_of, id_key_of, kind_of, section_names
from engine.wire.configuration import Edit
from tui.config_words import PROBLEMS

SHIPPED = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")
LISTS = [section for section in section_names() if kind_of(section) == "list"]
TABLES = [section for section in section_names() if kind_of(section) == "table"]
NEW: dict[str, dict[str, Any]] = {
    "seats": {"name": "三号席", "extension": "803"},
    "lines": {"name": "外线3"},
    "queues": {"name": "夜班", "name_en": "Night"},
    "break_reasons": {"name": "茶歇", "name_en": "Tea"},
    "dispositions": {"name": "移机", "name_en": "Moved"},
    "numbers": {"name": "投诉"},
    "departments": {"name": "客服部"},
    "sources": {"name": "宽带系统"},
}
ID = {"numbers": "12345"}


def comments(text: str) -> list[str]:
    """Comments that have a line of their own."""
    return [line for line in text.splitlines() if line.startswith("#")]


def inner(text: str, entry: dict[str, Any]) -> list[str]:
    """The comments between the keys of an entry: they go with it."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if f'"{next(iter(entry.values()))}"' in line)
    end = next((n for n in range(start, len(lines)) if not lines[n]), len(lines))
    return [line for line in lines[start:end] if line.startswith("#")]


def read(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


@pytest.mark.parametrize("section", LISTS)
def test_an_entry_is_added_behind_the_others_and_removed_without_a_trace(section: str) -> None:
    new_id = ID.get(section, "new-1")
    added = apply_edits(SHIPPED, [Edit(section=section, id=new_id, value=NEW[section])])
    assert read(added)[section][:-1] == read(SHIPPED)[section]
    assert read(added)[section][-1] == {id_key_of(section): new_id, **NEW[section]}
    assert comments(added) == comments(SHIPPED)
    parse_config(added, "config.toml")
    assert apply_edits(added, [Edit(section=section, id=new_id, remove=True)]) == SHIPPED


@pytest.mark.parametrize("section", LISTS)
def test_every_entry_can_be_removed_and_no_comment_between_them_is_lost(section: str) -> None:
    for entry in read(SHIPPED)[section]:
        edit = Edit(section=section, id=entry[id_key_of(section)], remove=True)
        text = apply_edits(SHIPPED, [edit])
        assert [line for line in comments(SHIPPED) if line not in comments(text)] == inner(SHIPPED, entry)
        assert [one for one in read(SHIPPED)[section] if one != entry] == read(text).get(section, [])


@pytest.mark.parametrize("section", TABLES)
def test_a_key_is_set_in_its_place_with_its_comment(section: str) -> None:
    for key, value in read(SHIPPED)[section].items():
        if type(value) is int:
            text = apply_edits(SHIPPED, [Edit(section=section, key=key, value=str(value + 1))])
            changed = [
                (old, new)
                for old, new in zip(SHIPPED.splitlines(), text.splitlines(), strict=True)
                if old != new
            ]
            ((old, new),) = changed
            assert new.partition("#")[2] == old.partition("#")[2]
            assert new.startswith(f"{key} = {value + 1}")


def test_a_new_key_stands_with_its_section_and_not_behind_the_next_heading() -> None:
    text = apply_edits(SHIPPED, [Edit(section="queues", id="complaint", key="ring_seconds", value=25)])
    lines = text.splitlines()
    place = lines.index("ring_seconds = 25")
    assert "ring_seconds = 25" not in SHIPPED
    block = lines[max(n for n in range(place) if lines[n] == "[[queues]]") : place]
    assert 'id = "complaint"' in block
    assert not any(line.startswith("#") or not line for line in block)


SKILLS = [
    Edit(section="skills", id="8001", value={"fault": "1", "general": 2}),
    Edit(section="skills", id="8002", key="fault", value="3"),
    Edit(section="skills", id="8001", key="general", remove=True),
    Edit(section="skills", id="8001", key="enquiry", value=2),
]


@pytest.mark.parametrize("start", ["", "[skills]\n", '[skills]\n"8003" = { fault = 1 }  # she knows\n',
                                   "[skills.8003]\nfault = 1\n# she knows\n\n"])  # fmt: skip
def test_skills_in_every_form_of_a_table(start: str) -> None:
    lines = SHIPPED.split("\n")
    head = lines.index(next(line for line in lines if line.startswith("[skills]")))
    tail = next(n for n in range(head + 1, len(lines)) if lines[n].startswith("["))
    text = "\n".join([*lines[:head], start, *lines[tail:]])
    edited = apply_edits(text, SKILLS)
    expected = {"8001": {"fault": 1, "enquiry": 2}, "8002": {"fault": 3}}
    kept = {"8003": {"fault": 1}} if "8003" in start else {}
    assert parse_config(edited, "c").skills == {**kept, **expected}
    assert comments(edited) == comments(text)
    assert edited.count("she knows") == start.count("she knows")
    without = apply_edits(edited, [Edit(section="skills", id=one, remove=True) for one in expected])
    assert parse_config(without, "c").skills == kept


MINIMAL = """\
seats = [ { id = "seat1", name = "一", extension = "801" } ] # in one line
site.name = "dotted"
[[lines]]
id = "line1"
name = "外线1"
[[queues]]
id = "general"
name = "人工"
name_en = "General"
[[break_reasons]]
id = "meal"
name = "就餐"
name_en = "Meal"
# the end of breaks
[[dispositions]]
id = "done"
name = "已答复"
name_en = "Done" # no line end"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_file_of_another_form_is_edited_or_refused_but_never_spoilt(line_end: str) -> None:
    text = MINIMAL.replace("\n", line_end)
    parse_config(text, "c")
    edits = [
        Edit(section="seats", id="seat2", value={"name": "二", "extension": "802"}),
        Edit(section="seats", id="seat1", remove=True),
        Edit(section="seats", id="seat1", key="name", value="前台"),
        Edit(section="site", key="area_code", value="0931"),
        Edit(section="hours", key="sunday", value=""),
        Edit(section="recording", key="enabled", value="no"),
        Edit(section="dispositions", id="new", value=NEW["dispositions"]),
        Edit(section="dispositions", id="done", key="name", value="好"),
        Edit(section="break_reasons", id="meal", remove=True),
        Edit(section="numbers", id="123", value={"name": "x"}),
        Edit(section="skills", id="8001", value={"general": 1}),
    ]
    done, codes = 0, set()
    for edit in edits:
        try:
            edited = apply_edits(text, [edit])
        except EditProblem as problem:
            codes.add(problem.code)
            continue
        done += 1
        assert [line for line in text.split("#")[1:] if line.splitlines()[0] not in edited] == []
        before, after = read(text), read(edited)
        others = before.keys() - {edit.section}
        assert {key: after[key] for key in others} == {key: before[key] for key in others}
    assert codes <= {"odd_form", "still_needed"}
    assert done >= len(edits) - 3


START = re.sub(r"(?<=\n)((?:[a-z_]+ = .*\n)+)(?:#.*\n)+(?=[a-z_]+ = )", r"\1", SHIPPED)


def test_many_edits_one_after_another_never_lose_a_comment() -> None:
    for seed in range(8):
        chance, text = random.Random(seed), START
        for _ in range(10):
            section = chance.choice(LISTS)
            ids = [entry[id_key_of(section)] for entry in read(text)[section]]
            if len(ids) < 2 or chance.random() < 0.5:
                new_id = str(chance.randrange(100, 10**6))
                edit = Edit(section=section, id=new_id, value=NEW[section])
            else:
                edit = Edit(section=section, id=chance.choice(ids), remove=True)
            text = apply_edits(text, [edit])
        assert comments(text) == comments(START), seed


def test_the_last_one_of_a_list_that_is_needed_stays() -> None:
    text = SHIPPED
    for entry in read(SHIPPED)["seats"][1:]:
        text = apply_edits(text, [Edit(section="seats", id=entry["id"], remove=True)])
    with pytest.raises(EditProblem, match="last one") as caught:
        apply_edits(text, [Edit(section="seats", id="seat1", remove=True)])
    assert caught.value.code == "still_needed"


def test_every_key_has_a_kind_and_a_meaning() -> None:
    config, given, meanings = parse_config(SHIPPED, "c"), read(SHIPPED), notes(SHIPPED)
    for section in section_names():
        info = describe(section, config, given, meanings)
        assert [key.name for key in info.keys] == list(fields_of(section))
        assert info.kind == "map" or info.keys
    assert meanings["seats", "extension"] == ("分机号", "the phone's number")


def test_a_comment_is_split_into_its_languages() -> None:
    text = """[[seats]]
id = "a"
phone = "ring"  # 振铃 / rings
extension = "801" # 分机号
name = "x # y" # the name
[hours]
monday = ["08:00-12:00"] # 开 / 关
"""
    assert notes(text) == {
        ("seats", "phone"): ("振铃", "rings"),
        ("seats", "extension"): ("分机号", ""),
        ("seats", "name"): ("the name", "the name"),
        ("hours", "monday"): ("开 / 关", ""),
    }


def test_secrets_are_not_shown_but_known_to_be_there() -> None:
    text = apply_edits(SHIPPED, [Edit(section="seats", id="seat1", key="secret", value="Secret-7")])
    config = parse_config(text, "c")
    shown = describe("seats", config, read(text), {})
    assert [entry.values["secret"] for entry in shown.entries] == ["********", ""]
    assert "Secret-7" not in "".join(diff_of(SHIPPED, text))
    effects = effects_of(parse_config(SHIPPED, "c"), config, config)
    assert "Secret-7" not in repr(effects)
    assert [effect.code for effect in effects] == ["changed", "set_up_phone", "at_once"]


def test_only_what_can_take_effect_at_once_does() -> None:
    old = parse_config(SHIPPED, "c")
    text = apply_edits(
        SHIPPED,
        [
            Edit(section="asterisk", key="sip_port", value=5099),
            Edit(section="site", key="timezone", value="Asia/Urumqi"),
            Edit(section="site", key="name", value="另一公司"),
        ],
    )
    new = parse_config(text, "c")
    running = running_part(new, old)
    assert (running.asterisk, running.site.timezone, running.site.name) == (
        old.asterisk,
        "Asia/Shanghai",
        "另一公司",
    )
    assert sorted(waiting_for_restart(new, running)) == ["asterisk.sip_port", "site.timezone"]
    codes = {effect.code for effect in effects_of(old, new, old)}
    assert codes == {"changed", "needs_restart", "build_prompts", "at_once"}
    back = {effect.code for effect in effects_of(new, old, running_part(old, running))}
    assert "needs_restart" not in back


def test_every_problem_has_words() -> None:
    assert set(CODES) <= set(PROBLEMS)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("monday", "08:00-12:00 14:00-18:00", ["08:00-12:00", "14:00-18:00"]),
        ("monday", "08:00-12:00，14:00-18:00", ["08:00-12:00", "14:00-18:00"]),
        ("monday", "", []),
        ("closed_dates", ["2026-12-31"], ["2026-12-31"]),
    ],
)
def test_lists_as_people_type_them(key: str, typed: Any, value: list[str]) -> None:
    text = apply_edits(SHIPPED, [Edit(section="hours", key=key, value=typed)])
    assert read(text)["hours"][key] == value


def test_a_day_and_its_period_are_one_text() -> None:
    edit = Edit(section="queues", id="fault", key="hours", value="monday-friday 08:00-18:00")
    queue = next(one for one in read(apply_edits(SHIPPED, [edit]))["queues"] if one["id"] == "fault")
    assert queue["hours"] == ["monday-friday 08:00-18:00"]
