"""What customers have from us and what can be wrong with it, by codes that flows and tickets name.

A code that is not in the table counts as OTHER, so that no report is lost to a mistake in a flow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.tickets.types import Words

__all__ = ["LINES", "OTHER", "LineOfBusiness", "Matter", "Words"]

OTHER = "other"


@dataclass(frozen=True, slots=True)
class LineOfBusiness:
    """What customers have from us, and what can be wrong with it."""

    words: Words
    faults: Mapping[str, Words]


_BETWEEN = Words("", ", ")
_SOME_FAULT = {OTHER: Words("故障", "fault")}

LINES: Mapping[str, LineOfBusiness] = {
    "tv": LineOfBusiness(
        Words("数字电视", "digital TV"),
        {
            "no_signal": Words("无信号", "no signal"),
            "black_screen": Words("黑屏", "black screen"),
            "card": Words("智能卡未授权", "smart card not authorised"),
            "freezing": Words("画面卡顿", "pictures freeze"),
            "no_sound": Words("没有声音", "no sound"),
            **_SOME_FAULT,
        },
    ),
    "broadband": LineOfBusiness(
        Words("宽带", "broadband"),
        {
            "no_connection": Words("无法上网", "no connection"),
            "slow": Words("网速慢", "slow"),
            "unstable": Words("经常掉线", "connection breaks off"),
            "wifi": Words("无线网络故障", "wireless does not work"),
            **_SOME_FAULT,
        },
    ),
    "radio": LineOfBusiness(
        Words("广播", "radio"),
        {
            "no_sound": Words("没有声音", "no sound"),
            "noise": Words("有杂音", "noise"),
            **_SOME_FAULT,
        },
    ),
    "box": LineOfBusiness(
        Words("机顶盒", "set-top box"),
        {
            "no_power": Words("不通电", "no power"),
            "no_start": Words("无法启动", "does not start"),
            "remote": Words("遥控器失灵", "remote control does not work"),
            **_SOME_FAULT,
        },
    ),
    OTHER: LineOfBusiness(Words("其他业务", "another service"), _SOME_FAULT),
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a ticket is about, by the codes of `LINES`."""

    line: str
    fault: str
    known: bool = field(default=True, compare=False)  # False: the flow has named something else

    @classmethod
    def of(cls, line: str, fault: str) -> "Matter":
        """The matter of two codes, whatever they are."""
        if line not in LINES:
            return cls(OTHER, OTHER, known=False)
        if fault not in LINES[line].faults:
            return cls(line, OTHER, known=False)
        return cls(line, fault)

    def words(self, language: str) -> str:
        """What it is about in a few words: 数字电视无信号, "digital TV, no signal"; empty: about nothing."""
        if self.line not in LINES:
            return ""
        line = LINES[self.line]
        fault = line.faults.get(self.fault, _SOME_FAULT[OTHER])
        return f"{line.words.of(language)}{_BETWEEN.of(language)}{fault.of(language)}"
