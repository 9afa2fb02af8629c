"""Names are found by what people type for them."""

import subprocess
import sys

import pytest

from db.pinyin import MAX_READINGS, pinyin_keys


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张华山", {"zhanghuashan", "zhs"}),
        ("单雄信", {"shanxiongxin", "sxx", "danxiongxin", "dxx"}),
        ("曾子", {"zengzi", "zz", "cengzi", "cz"}),
        ("解缙", {"xiejin", "xj"}),
        ("仇英", {"qiuying", "qy", "chouying", "cy"}),
        ("翟让", {"zhairang", "zr"}),
        ("查良镛", {"zhaliangyong", "zly"}),
        ("区寄", {"ouji", "oj"}),
        ("朴树", {"piaoshu", "ps"}),
        ("覃海", {"qinhai", "qh", "tanhai", "th"}),
        ("尉迟恭", {"yuchigong", "ycg"}),
        ("万俟卨", {"moqixie", "mqx"}),
        ("单于", {"shanyu", "sy"}),
        ("吕蒙", {"lvmeng", "lumeng", "lm"}),
        ("李娜", {"lina", "ln"}),
        ("王乐", {"wangle", "wl", "wangyue", "wy"}),
        ("ktv广场", {"ktvguangchang", "ktvgc"}),
        ("𠮷", set()),
    ],
)
def test_usual_readings_are_among_the_keys(name: str, expected: set[str]) -> None:
    assert expected <= set(pinyin_keys(name))


@pytest.mark.parametrize("name", ["", "ktv", "123", "é"])
def test_without_chinese_there_is_no_pinyin(name: str) -> None:
    assert pinyin_keys(name) == ()


def test_a_name_of_many_readings_has_a_bounded_number_of_keys() -> None:
    assert len(pinyin_keys("单乐行长重朝娜晟盛茜柏莎")) <= 3 * MAX_READINGS


def test_the_dictionary_of_phrases_stays_on_disk() -> None:
    """It would cost the engine 43 MB."""
    code = "import sys; from db.pinyin import pinyin_keys; assert pinyin_keys('张'); print('OK')"
    code += "; import pypinyin.constants as c; assert not c.PHRASES_DICT, len(c.PHRASES_DICT)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_a_start_without_migrations_does_not_load_sqlite_utils(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """It would cost the engine 23 MB and a tenth of a second."""
    path = tmp_path_factory.mktemp("start") / "a.db"
    code = (
        "import sys; from pathlib import Path; from db.store import Store\n"
        f"store = Store(Path({str(path)!r})); store.open(); store.close()\n"
        "print('sqlite_utils' in sys.modules)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True) for _ in range(2)]
    assert [run.stdout.strip() for run in runs] == ["True", "False"], runs
