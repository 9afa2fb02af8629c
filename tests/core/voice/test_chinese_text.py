"""Free text on its way to the synthesiser: nothing that espeak misreads may be left in it."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.core.voice.chinese_text import normalise

WIDE = {ord(narrow): ord(narrow) + 0xFEE0 for narrow in "0123456789.:,%!"}


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("余额128.50元", "余额一百二十八元五角"),
        ("¥1,280.5", "一千两百八十元五角"),
        ("欠-12.05元", "欠负十二元零五分"),
        ("¥1.5万", "一点五万元"),
        ("0.125元", "零点一二五元"),
        ("20元/月", "二十元每月"),
        ("2元", "两元"),
        ("100元-200元", "一百元到两百元"),
    ],
)
def test_money_is_read_in_元角分(text: str, spoken: str) -> None:
    assert normalise(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("2024-03-05 14:30:05", "二零二四年三月五日 十四点三十分"),
        ("2024-03-05T14:30:05+08:00", "二零二四年三月五日十四点三十分"),
        ("2024/2/2", "二零二四年二月二日"),
        ("2024-03", "二零二四年三月"),
        ("2024年2月2日", "二零二四年二月二日"),
        ("2024-02-30", "两千零二十四到零二到三十"),
        ("营业时间8:30-17:30", "营业时间八点三十分到十七点三十分"),
        ("2:05", "两点零五分"),
        ("24:00", "二十四点"),
        ("25:00", "二十五: 零零"),
    ],
)
def test_dates_and_times_are_read(text: str, spoken: str) -> None:
    assert normalise(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("电话13800138000", "电话幺三八, 零零幺三, 八零零零"),
        ("+86 138-0013-8000", "幺三八, 零零幺三, 八零零零"),
        ("0931-8881234", "零九三幺, 八八八, 幺二三四"),
        ("010 12345678", "零幺零, 幺二三四, 五六七八"),
        ("400-700-1234", "四零零, 七零零, 幺二三四"),
        ("请拨打110", "请拨打幺幺零"),
        ("热线96335", "热线九六三三五"),
        ("工号:801为您", "工号: 八零幺为您"),
        ("301室", "三零幺室"),
        ("007", "零零七"),
        ("620102199001011234", "六二零幺零二幺九九零零幺零幺幺二三四"),
        ("工单GD20240301", "工单G D 二零二四零三零幺"),
    ],
)
def test_numbers_that_name_something_are_read_digit_by_digit(text: str, spoken: str) -> None:
    assert normalise(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("2位", "两位"),
        ("第2位", "第二位"),
        ("12位", "十二位"),
        ("2月", "二月"),
        ("2天2小时", "两天两小时"),
        ("200户", "两百户"),
        ("12850户", "一万两千八百五十户"),
        ("1,234,567", "一百二十三万四千五百六十七"),
        ("3-5个", "三到五个"),
        ("-5", "负五"),
        ("A-5", "A 五"),
        ("0.5", "零点五"),
        ("5%", "百分之五"),
        ("-0.5‰", "负千分之零点五"),
        ("-5℃", "零下五摄氏度"),
        ("25 °C", "二十五摄氏度"),
        ("100M宽带", "一百兆宽带"),
        ("2km", "两公里"),
        ("2.4GHz", "二点四吉赫"),
        ("4K", "四K"),
        ("7x24小时", "七乘二十四小时"),
        ("192.168.1.1", "幺九二点幺六八点幺点幺"),
        ("请按1,或按#号键", "请按一, 或按井号键"),
        ("按*键", "按星号键"),
    ],
)
def test_numbers_that_count_are_read_as_numbers(text: str, spoken: str) -> None:
    assert normalise(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("请您还款。", "请您 huan2 kuan3 。"),
        ("重启机顶盒", "chong2 qi3 机顶盒"),
        ("1分钟", "yi4 分钟"),
        ("1户", "yi2 户"),
        ("11元", "十 yi1 元"),
        ("统一分配", "统一分配"),
        ("请 hang2 zhang3 接", "请 hang2 zhang3 接"),
        ("lv4 nve4", "lv4 nve4"),
    ],
)
def test_misread_words_are_given_in_pinyin(text: str, spoken: str) -> None:
    assert normalise(text) == spoken


def test_a_mark_is_followed_by_a_space_or_espeak_does_not_pause() -> None:
    assert normalise("您好,欢迎!再见") == "您好, 欢迎! 再见"


def test_full_width_characters_are_read_like_narrow_ones() -> None:
    assert normalise("余额 128.50元,8:30".translate(WIDE)) == "余额 一百二十八元五角, 八点三十分"
    assert normalise("\uffe550") == "五十元"


def test_what_cannot_be_spoken_is_left_out() -> None:
    assert normalise("(张三)\u200b李四\x00\n😀") == "张三, 李四"
    assert normalise(" ,, ") == ""


def test_a_huge_number_is_read_digit_by_digit() -> None:
    assert normalise("9" * 5_000 + "元") == "九" * 5_000 + "元"


anything = st.text() | st.text(alphabet="0123456789-:./,¥%元个月日号第一十还款 #*xTZkmGHMzab2")


@given(anything)
@example("2024-03-05T8:30-17:30 0931-8881234 huan2")
def test_no_digit_and_no_sign_is_left_and_twice_is_the_same(text: str) -> None:
    spoken = normalise(text)
    without_pinyin = re.sub(r"(?<![A-Za-z0-9])[a-z]+[1-5](?![A-Za-z0-9])", "", spoken)
    assert not re.search(r"[0-9¥%‰#*/\x00-\x1f]", without_pinyin)
    assert normalise(spoken) == spoken


@given(st.integers(0, 10**9), st.sampled_from(["元", "个", "%", "M"]))
def test_a_count_reads_the_same_with_and_without_commas(number: int, unit: str) -> None:
    assert normalise(f"{number:,}{unit}") == normalise(f"{number}{unit}")
