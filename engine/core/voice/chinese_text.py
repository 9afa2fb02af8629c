"""Free Chinese text as espeak-ng reads it right: numbers as words, and misread words as pinyin.

At each place of the text the first rule that matches says what is spoken instead. Pinyin with tones
(`huan2 kuan3`) passes through: a text may say how it is read, and normalising twice changes nothing.
"""

import datetime
import re
from collections.abc import Callable
from re import Match

from engine.core.voice import chinese
from engine.core.voice.chinese_words import COUNTED, MISREAD, SYMBOLS, UNITS

_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥"}
_COPIED = "。、,.!?;:' "
_CODE_AHEAD = re.compile(
    r"(?:电话|手机|固话|号码|卡号|工号|单号|尾号|账号|编号|户号|证号|工单|分机|热线|密码|验证码|拨打|致电|请拨)"
    r"[是为:]? ?$"
)
_CODE_AHEAD_LENGTH = 6
_SHORTEST_CODE = 5

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?![0-9])(?:\.[0-9]+)?"
_SYLLABLE = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|ia|ie|iao|iu|ian|in|"
    r"iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ue)|[nl]ve?|a|o|e|ai|ei|ao|ou|an|en|ang|eng|er)"
)
_MISREAD = re.compile("|".join(MISREAD))
_ONE_OF = re.compile(r"(?<![一二三四五六七八九十百千万亿零幺第点统唯专单周期])一(?=(分(?!之)|秒|户|兆))")
_ONE_AS_FIGURE = re.compile(r"(?<=十)一(?=[元角次台条天年位个周遍])")


def normalise(text: str) -> str:
    """The text with nothing left in it that is misread; safe for any text."""
    text = re.sub(r"\s+", " ", text.translate(_WIDE))
    spoken: list[str] = []
    position = 0
    while position < len(text):
        words, position = _read_at(text, position)
        spoken.append(words)
    return _tidy(_write_pinyin("".join(spoken)))


def _read_at(text: str, position: int) -> tuple[str, int]:
    """What is said for the text from a position on, and where the rest begins."""
    for pattern, reader in _RULES:
        match = pattern.match(text, position)
        words = reader(match) if match else ""
        if match and words:
            return words, match.end()
    character = text[position]
    if character.isalpha() or character in _COPIED:
        return character, position + 1
    return SYMBOLS.get(character, " "), position + 1


def _write_pinyin(text: str) -> str:
    """Replace what is misread. 一 changes its tone in 一分钟 and not in 十一元; espeak mixes them up."""
    text = _MISREAD.sub(lambda match: f" {MISREAD[match.group()]} ", text)
    text = _ONE_OF.sub(lambda match: " yi2 " if match.group(1) in "户兆" else " yi4 ", text)
    return _ONE_AS_FIGURE.sub(" yi1 ", text)


def _tidy(text: str) -> str:
    """Single spaces, and one after each mark: espeak does not pause at a bare ASCII comma."""
    text = re.sub(r"[ ,]*,[ ,]*", ",", text)
    return re.sub(r" *([,.!?;:]+) *", r"\1 ", re.sub(r" +", " ", text)).strip(" ,")


def _pinyin(match: Match[str]) -> str:
    return match.group()


def _date(match: Match[str]) -> str:
    year, month, day = (int(part) for part in match.groups())
    try:
        return chinese.read_date(datetime.date(year, month, day))
    except ValueError:
        return ""


def _month(match: Match[str]) -> str:
    return f"{chinese.read_year(int(match[1]))}年{chinese.read_integer(int(match[2]))}月"


def _year(match: Match[str]) -> str:
    return chinese.read_year(int(match[1]))


def _time(match: Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    if hour == 24 and minute == 0:
        return "二十四点"
    return chinese.read_time(datetime.time(hour, minute)) if hour < 24 else ""


def _money(match: Match[str]) -> str:
    sign, amount, scale = match["sign"], match["amount"].replace(",", ""), match["scale"]
    yuan, _, cents = amount.partition(".")
    if scale or len(cents) > 2:
        words = chinese.read_decimal(amount) + (scale or "") + "元"
    else:
        words = chinese.read_money(int(yuan) * 100 + int(cents.ljust(2, "0")))
    return ("负" if sign else "") + words


def _phone(match: Match[str]) -> str:
    """In groups, as people say them; espeak pauses at the commas."""
    return ",".join(chinese.read_digits(group) for group in match.groups() if group)


def _percent(match: Match[str]) -> str:
    sign = "负" if match[1] else ""
    base = "百分之" if match[3] == "%" else "千分之"
    return sign + base + chinese.read_decimal(match[2].replace(",", ""))


def _temperature(match: Match[str]) -> str:
    return ("零下" if match[1] else "") + chinese.read_decimal(match[2].replace(",", "")) + "摄氏度"


def _version(match: Match[str]) -> str:
    return "点".join(chinese.read_digits(part) for part in match.group().split("."))


def _times(match: Match[str]) -> str:
    return chinese.read_decimal(match[1].replace(",", "")) + "乘"


def _code(match: Match[str]) -> str:
    return " ".join(match[1]) + " " + chinese.read_digits(match[2])


def _number_with_unit(match: Match[str]) -> str:
    amount = match[1].replace(",", "")
    words = "两" if amount == "2" else chinese.read_decimal(amount)
    return words + UNITS[match[2]]


def _number(match: Match[str]) -> str:
    written = match["number"]
    plain = written.replace(",", "")
    if _is_code(match, written):
        return chinese.read_digits(plain)
    if plain == "2" and match["ahead"] and match.string[match.start() - 1 : match.start()] != "第":
        return "两"
    return ("负" if match["sign"] else "") + chinese.read_decimal(plain)


def _is_code(match: Match[str], written: str) -> bool:
    """Whether a number names something, and is read digit by digit, or counts something."""
    if not written.isdigit():
        return False
    if len(written) > 1 and written.startswith("0"):
        return True
    behind = match.string[max(0, match.start() - _CODE_AHEAD_LENGTH) : match.start()]
    if len(written) > 2 and (
        match.string[match.end() :][:1] in tuple("号室房") or _CODE_AHEAD.search(behind)
    ):
        return True
    return len(written) >= _SHORTEST_CODE and not match["ahead"]


_ALONE = r"(?<![0-9A-Za-z])"
_START, _END = r"(?<![0-9])", r"(?![0-9])"
_UNIT = "|".join(map(re.escape, UNITS))

_RULES: list[tuple[re.Pattern[str], Callable[[Match[str]], str]]] = [
    (re.compile(pattern), reader)
    for pattern, reader in (
        (rf"{_ALONE}{_SYLLABLE}[1-5](?![A-Za-z0-9])", _pinyin),
        (
            rf"{_START}([12][0-9]{{3}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_END}T?",
            _date,
        ),
        (rf"{_START}([12][0-9]{{3}})-(0[1-9]|1[0-2])(?![-0-9])", _month),
        (rf"{_START}([12][0-9]{{3}})(?=年)", _year),
        (
            rf"{_START}([0-9]{{1,2}}):([0-5][0-9])"
            r"(?::[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?(?![:0-9])",
            _time,
        ),
        (r"(?<=[0-9元%点分日号月年时天户个位楼])[ ]?[-~—–]+[ ]?(?=¥?[0-9])", lambda _: "到"),
        (rf"(?P<sign>-?)¥ ?-?(?P<amount>{_NUMBER})(?P<scale>[万亿])?元?", _money),
        (rf"(?P<sign>-?){_START}(?P<amount>{_NUMBER})(?P<scale>[万亿])?元", _money),
        (
            rf"(?:\+?86[- ]?)?{_START}(1[3-9][0-9])[- ]?([0-9]{{4}})[- ]?([0-9]{{4}}){_END}",
            _phone,
        ),
        (rf"{_START}(0[0-9]{{2,3}})[- ]?([0-9]{{3,4}})([0-9]{{4}}){_END}", _phone),
        (rf"{_START}([48]00)[- ]?([0-9]{{3}})[- ]?([0-9]{{4}}){_END}", _phone),
        (rf"{_START}([48]00)-([0-9]{{4}})-([0-9]{{3}}){_END}", _phone),
        (r"/(?=[天月年次人户台位])", lambda _: "每"),
        (rf"(-?){_START}({_NUMBER}) ?([%‰])", _percent),
        (rf"(-?){_START}({_NUMBER}) ?(?:℃|°C)", _temperature),
        (rf"{_START}[0-9]+(?:\.[0-9]+){{2,}}", _version),
        (rf"{_START}({_NUMBER}) ?[xX×*] ?(?=[0-9])", _times),
        (rf"{_ALONE}([A-Za-z]+)-?([0-9]{{3,}})", _code),
        (rf"{_START}({_NUMBER}) ?({_UNIT})(?![A-Za-z])", _number_with_unit),
        (
            rf"(?P<sign>(?<![0-9A-Za-z\u4e00-\u9fff])-|)(?P<number>{_NUMBER})(?= ?(?P<ahead>[{COUNTED}])|)",
            _number,
        ),
        (r"[0-9]+", lambda match: chinese.read_digits(match.group())),
        (r"#号?", lambda _: "井号"),
        (r"\*号?", lambda _: "星号"),
    )
]
