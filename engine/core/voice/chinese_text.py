"""Free Chinese text as espeak-ng reads it right: numbers as words, and misread words as pinyin.

At each place of the text the first rule that matches says what is spoken instead. Pinyin with tones
(`huan2 kuan3`) passes through: a text may say how it is read, and normalising twice changes nothing.
"""

import datetime
import re
from collections.abc import Callable
from functools import lru_cache
from re import Match

from engine.core.voice import chinese
from engine.core.voice.chinese_latin import ADDRESS, WORD, read_address, read_code, read_word
from engine.core.voice.chinese_words import COUNTED, MISREAD, NOT_MISREAD, SYMBOLS, UNITS
from engine.core.voice.digit_groups import grouped

_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0xFFE5: "¥",
    0x2212: "-",
    0x2236: ":",
    0x00B5: "μ",
}
_COPIED = "。、,.!?;:' "
_CODE_AHEAD = re.compile(
    r"(?:电话|手机|固话|号码|卡号|卡|工号|单号|尾号|账号|帐号|编号|户号|客户号|机号|证号|工单|订单|流水号|分机|热线|转"
    r"|密码|验证码|口令|邮编|区号|车牌|拨打|致电|请拨|拨)[是为:]? ?$"
)
_CODE_AHEAD_LENGTH = 6
_HOUSE_NUMBER = tuple("号室房")
_SHORTEST_CODE = 5

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?![0-9])(?:\.[0-9]+)?"
_SYLLABLE = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|ia|ie|iao|iu|ian|in|"
    r"iang|ing|iong|u|ua|uo|uai|ui|uan|un|uang|ue)|[nl]ve?|a|o|e|ai|ei|ao|ou|an|en|ang|eng|er)"
)
_MISREAD = re.compile("|".join([*NOT_MISREAD, *MISREAD]))
_ONE_OF = re.compile(r"(?<![一二三四五六七八九十百千万亿零幺第点统唯专单周期])一(?=(分(?!之)|秒|户|兆))")
_ONE_AS_FIGURE = re.compile(
    r"(?<=十)一(?=[元角次台条天年位个周遍])|(?<=[百零])一(?=十)|(?<![同统唯])一(?=号(?!码))"
)


@lru_cache(maxsize=512)  # one sentence is asked for again and again, and takes up to a millisecond
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
    text = _MISREAD.sub(_sound, text)
    text = _ONE_OF.sub(lambda match: " yi2 " if match.group(1) in "户兆" else " yi4 ", text)
    return _ONE_AS_FIGURE.sub(" yi1 ", text)


def _sound(match: Match[str]) -> str:
    word = match.group()
    return f" {MISREAD[word]} " if word in MISREAD else word


def _tidy(text: str) -> str:
    """Single spaces, and one after each mark: espeak does not pause at a bare ASCII comma."""
    text = re.sub(r" ?,[ ,]*", ",", re.sub(r" +", " ", text))
    return re.sub(r" *([,.!?;:]+) *", r"\1 ", text).strip(" ,")


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
    return "".join(chinese.DIGITS[int(digit)] for digit in match[1])


def _day(match: Match[str]) -> str:
    """11/20 is a date; 1/2 and all below one with a small divisor are fractions."""
    first, second = int(match[1]), int(match[2])
    if 0 < first < second and (second <= 10 or first > 12 or second > 31):
        return f"{chinese.read_integer(second)}分之{chinese.read_integer(first)}"
    if 1 <= first <= 12 and 1 <= second <= 31:
        return f"{chinese.read_integer(first)}月{chinese.read_integer(second)}日"
    return ""


def _time(match: Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    return chinese.read_clock(hour, minute) if hour < 24 or (hour == 24 and minute == 0) else ""


def _money(match: Match[str]) -> str:
    sign, amount, scale = match["sign"], match["amount"].replace(",", ""), match["scale"]
    yuan, _, cents = amount.partition(".")
    if scale or len(cents) > 2:
        words = ("两" if amount == "2" else chinese.read_decimal(amount)) + (scale or "") + "元"
    else:
        words = chinese.read_money(int(yuan) * 100 + int(cents.ljust(2, "0")))
    return ("负" if sign else "") + words


def _phone(match: Match[str]) -> str:
    """In groups, as people say them; espeak pauses at the commas."""
    return ",".join(chinese.read_digits(group) for group in match.groups() if group)


def _short_numbers(match: Match[str]) -> str:
    return "、".join(map(chinese.read_digits, match.group().split("、")))


def _groups(match: Match[str]) -> str:
    return ",".join(map(chinese.read_digits, re.split("[ -]", match.group())))


def _house(match: Match[str]) -> str:
    """3-2-501: block, entrance and door."""
    *ways, door = match.group().split("-")
    return "杠".join([*(chinese.read_integer(int(way)) for way in ways), chinese.read_digits(door)])


def _percent(match: Match[str]) -> str:
    base = "百分之" if match[3] == "%" else "千分之"
    return ("负" if match[1] else "") + base + _decimal(match[2])


def _percents(match: Match[str]) -> str:
    return f"百分之{_decimal(match[1])}到百分之{_decimal(match[2])}"


def _temperature(match: Match[str]) -> str:
    return ("零下" if match[1] else "") + _decimal(match[2]) + "摄氏度"


def _network_address(match: Match[str]) -> str:
    return "点".join(chinese.read_digits(part) for part in match.group().split("."))


def _fault_code(match: Match[str]) -> str:
    return f"{match[1].upper()} {chinese.read_integer(int(match[2]))}杠{chinese.read_integer(int(match[3]))}"


def _ratio(match: Match[str]) -> str:
    return f"{chinese.read_integer(int(match[1]))}比{chinese.read_integer(int(match[2]))}"


def _version(match: Match[str]) -> str:
    return " V " * bool(match[1]) + "点".join(chinese.read_integer(int(part)) for part in match[2].split("."))


def _picture(match: Match[str]) -> str:
    return chinese.read_digits(match[1]) + " P "


def _times(match: Match[str]) -> str:
    return _decimal(match[1]) + "乘"


def _neighbours(match: Match[str]) -> str:
    """3、4天 is 三四天, as people guess."""
    first, second = int(match[1]), int(match[2])
    return chinese.read_count(first) + chinese.read_integer(second) if second == first + 1 else ""


def _number_with_unit(match: Match[str]) -> str:
    words = "两" if match[2] == "2" else _decimal(match[2])
    return ("负" if match[1] else "") + words + UNITS[match[3]]


def _decimal(written: str) -> str:
    return chinese.read_decimal(written.replace(",", ""))


def _number(match: Match[str]) -> str:
    written = match["number"]
    plain = written.replace(",", "")
    behind = match.string[max(0, match.start() - _CODE_AHEAD_LENGTH) : match.start()]
    if _is_code(match, written, behind):
        return _digits(plain)
    if plain == "2" and match["ahead"] and not behind.endswith(_BEFORE_RANKS):
        return "两"
    return ("负" if match["sign"] else "") + chinese.read_decimal(plain)


def _digits(digits: str) -> str:
    return ",".join(map(chinese.read_digits, grouped(digits)))


def _is_code(match: Match[str], written: str, behind: str) -> bool:
    """Whether a number names something, and is read digit by digit, or counts something."""
    if not written.isdigit() or len(written) == 1:
        return False
    if written.startswith("0"):
        return True
    follower = match.string[match.end() : match.end() + 1]
    if len(written) > 2 and follower in _HOUSE_NUMBER:
        return True
    if match["ahead"]:
        return False
    is_round = written.endswith("000")
    return (len(written) >= _SHORTEST_CODE and not is_round) or bool(_CODE_AHEAD.search(behind))


_ALONE = r"(?<![0-9A-Za-z])"
_START, _END = r"(?<![0-9])", r"(?![0-9])"
_SIGN = r"((?<![0-9A-Za-z])-|)"
_SHORT_NUMBER = "(?:110|119|120|122)"
_UNIT = "|".join(map(re.escape, UNITS))
_TO = r"[ ]?[-~—–至到][ ]?"
_BEFORE_RANKS = ("第", "周", "星期")

_RULES: list[tuple[re.Pattern[str], Callable[[Match[str]], str]]] = [
    (re.compile(pattern), reader)
    for pattern, reader in (
        (ADDRESS, read_address),
        (rf"{_ALONE}{_SYLLABLE}[1-5](?![A-Za-z0-9])", _pinyin),
        (
            rf"{_START}([12][0-9]{{3}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_END}(?:T(?=[0-9]))?",
            _date,
        ),
        (rf"{_START}([12][0-9]{{3}})[-/](0[1-9]|1[0-2])(?![-/0-9])", _month),
        (rf"{_START}([12][0-9]{{3}})(?=年|{_TO}[12][0-9]{{3}}年)", _year),
        (rf"{_START}([0-9]{{2}})(?=年[0-9]{{1,2}}月)", _year),
        (
            rf"{_START}([0-9]{{1,2}}):([0-5][0-9])"
            r"(?::[0-5][0-9](?:\.[0-9]+)?(?:Z(?![A-Za-z])|[+-][0-9]{2}:?[0-9]{2})?)?(?![:0-9])",
            _time,
        ),
        (r"(?<![0-9/.])([0-9]{1,2})/([0-9]{1,2})(?![0-9/.%])(?! ?小?时)", _day),
        (rf"{_START}({_NUMBER})[-~]({_NUMBER})%", _percents),
        (
            r"(?:(?<=[0-9元%点分日号月年时天户个位楼℃])|(?<=[0-9][MGVWmh])|(?<=Hz))"
            r"[ ]?[-~—–]+[ ]?(?=¥?[0-9])",
            lambda _: "到",
        ),
        (rf"(?P<sign>-?)(?:¥|RMB|CNY) ?-?(?P<amount>{_NUMBER})(?P<scale>[万亿])?元?", _money),
        (rf"\$ ?({_NUMBER})", lambda match: _decimal(match[1]) + "美元"),
        (
            rf"(?P<sign>-?){_START}(?P<amount>{_NUMBER})(?P<scale>[万亿])?(?:元| ?(?:RMB|CNY)(?![A-Za-z]))",
            _money,
        ),
        (
            rf"{_START}(?:\+?86[- ]?)?(1[3-9][0-9])[- ]?([0-9]{{4}})[- ]?([0-9]{{4}}){_END}",
            _phone,
        ),
        (rf"{_START}(0[0-9]{{2,3}})[- ]?([0-9]{{3,4}})([0-9]{{4}}){_END}", _phone),
        (rf"{_START}(0[0-9]{{2,3}})-([0-9]{{5}}){_END}", _phone),
        (rf"{_START}([48]00)[- ]?([0-9]{{3}})[- ]?([0-9]{{4}}){_END}", _phone),
        (rf"{_START}([48]00)-([0-9]{{4}})-([0-9]{{3}}){_END}", _phone),
        (rf"{_ALONE}([A-Za-z])([0-9]{{1,2}})-([0-9]{{1,2}})(?![0-9-])", _fault_code),
        (r"(?<![0-9.-])[0-9]{1,3}-[0-9]{1,3}-[0-9]{2,4}(?![0-9.-])", _house),
        (r"(?<![0-9.-])[0-9]{1,3}-[0-9]{3,4}(?=室)", _house),
        (rf"{_START}{_SHORT_NUMBER}(?:、{_SHORT_NUMBER}){{1,3}}{_END}", _short_numbers),
        (rf"{_START}[0-9]{{4}}(?:[ -][0-9]{{4}}){{2,5}}(?:[ -][0-9]{{1,3}})?{_END}", _groups),
        (rf"{_START}([1-9][0-9]{{0,2}}):([1-9][0-9]{{0,2}})(?![0-9:])", _ratio),
        (r"/(?=[天月年次人户台位季周点秒]|小时|分钟)", lambda _: "每"),
        (rf"{_SIGN}{_START}({_NUMBER}) ?([%‰])", _percent),
        (rf"{_SIGN}{_START}({_NUMBER}) ?(?:℃|°C(?![A-Za-z]))", _temperature),
        (rf"{_START}[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}(?![0-9.])", _network_address),
        (rf"{_ALONE}([vV])([0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{0,9}})(?![0-9.])", _version),
        (rf"{_START}()([0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{2,9}})(?![0-9.])", _version),
        (rf"{_START}(480|576|720|1080|1440|2160)[pPi](?![A-Za-z0-9])", _picture),
        (rf"{_START}({_NUMBER}) ?[xX×*] ?(?=[0-9])", _times),
        (rf"(?<![0-9第])([1-8])、([2-9])(?=[{COUNTED}])", _neighbours),
        (rf"{_ALONE}[Nn][Oo]\.? ?(?=[0-9])", lambda _: "编号"),
        (rf"{_ALONE}([A-Za-z]{{1,12}}|[A-Za-z](?=\.))[-.]?([0-9]{{3,30}})", read_code),
        (rf"{_SIGN}{_START}({_NUMBER}) ?({_UNIT})(?![A-Za-z])", _number_with_unit),
        (
            rf"(?P<sign>(?<![0-9A-Za-z\u4e00-\u9fff])-|)(?P<number>{_NUMBER})"
            rf"(?= ?(?P<ahead>(?:{_TO}[0-9.]{{1,9}} ?)?(?!年级)(?:[{COUNTED}]|星期))|)",
            _number,
        ),
        (r"[0-9]+", lambda match: _digits(match.group())),
        (WORD, read_word),
        (r"(?<=[0-9])#(?=[楼栋幢机线门])", lambda _: "号"),
        (r"#号?", lambda _: "井号"),
        (r"\*号?", lambda _: "星号"),
    )
]
