"""Names in pinyin and in initials, so that `zhs` and `zhanghua` find 张华山 without an input method."""

import os
from functools import lru_cache
from itertools import islice, product

MAX_CHARACTERS = 12  # company names are found from their beginning
MAX_READINGS = 6  # of one name
VERSION = "1"  # count up when the tables below or the pinned pypinyin change: stored keys are then stale


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Lines of "characters reading reading ..., ..." as a mapping."""
    entries = (entry.split() for entry in text.replace("\n", ",").split(",") if entry.strip())
    return {characters: tuple(readings) for characters, *readings in entries}


# Surnames read in their own way. The ordinary reading stays searchable: people type both.
_SURNAMES = _table("""
    单 shan, 曾 zeng, 解 xie, 仇 qiu, 区 ou, 查 zha, 盖 ge, 朴 piao, 缪 miao, 翟 zhai, 覃 qin, 乐 yue, 折 she
    种 chong, 洗 xian, 员 yun, 牟 mu mou, 祭 zhai, 秘 bi, 繁 po, 召 shao, 尉 wei yu, 卜 bu, 隗 wei kui
    郇 xun huan, 宓 mi fu, 郗 xi chi, 谌 chen shen, 佴 nai, 贠 yun, 薄 bo, 柏 bai, 阚 kan, 黑 he, 句 gou
    长 chang, 都 du, 重 chong, 藏 zang, 适 kuo
""")
# Here each reading belongs to one character of the surname.
_DOUBLE_SURNAMES = _table(
    "万俟 mo qi, 尉迟 yu chi, 单于 chan yu, 澹台 tan tai, 乐正 yue zheng, 长孙 zhang sun"
)
# Characters of given names that are read in two ways, or whose first reading in the dictionary is a rare one.
_GIVEN = _table("""
    乐 le yue, 行 xing hang, 长 chang zhang, 重 zhong chong, 朝 chao zhao, 娜 na nuo, 晟 sheng cheng
    盛 sheng cheng, 茜 xi qian, 柏 bai bo, 莎 sha suo, 藏 cang zang, 参 can shen, 曾 zeng ceng, 仔 zi zai
    隽 jun juan, 校 xiao jiao, 单 dan shan, 解 jie xie, 朴 pu piao, 率 shuai lv, 薄 bo bao, 降 jiang xiang
    都 du dou, 调 diao tiao, 还 huan hai, 弹 tan dan, 卡 ka qia
""")


@lru_cache(maxsize=4096)
def pinyin_keys(name: str) -> tuple[str, ...]:
    """Full pinyin and initials of a name in search form, in every usual reading; () without Chinese."""
    name = name[:MAX_CHARACTERS]
    if not any(is_chinese(character) for character in name):
        return ()
    keys: dict[str, None] = {}
    for syllables in islice(product(*_readings(name)), MAX_READINGS):
        full = "".join(syllables)
        keys[full] = None
        keys["".join(syllable[0] for syllable in syllables)] = None
        if "v" in full:
            keys[full.replace("v", "u")] = None
    return tuple(keys)


def is_chinese(character: str) -> bool:
    """Is it a Chinese character (of the main block, its extension A or the rare ones)?"""
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf" or character >= "\U00020000"


def _readings(name: str) -> list[tuple[str, ...]]:
    double = _DOUBLE_SURNAMES.get(name[:2])
    if double and len(name) > 2:
        return [(double[0],), (double[1],), *(_given(character) for character in name[2:])]
    return [_surname(name[0]), *(_given(character) for character in name[1:])]


@lru_cache(maxsize=2048)
def _surname(character: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_SURNAMES.get(character, ()), *_given(character))))


@lru_cache(maxsize=8192)
def _given(character: str) -> tuple[str, ...]:
    listed = _GIVEN.get(character)
    if listed:
        return listed
    if not is_chinese(character):
        return (character,)
    return (_dictionary_reading(character),)


def _dictionary_reading(character: str) -> str:
    # The dictionary of phrases costs 43 MB and reads no names better.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, lazy_pinyin

    reading = lazy_pinyin(character, style=Style.NORMAL, errors="default")
    return str(reading[0]) if reading and reading[0] else character
