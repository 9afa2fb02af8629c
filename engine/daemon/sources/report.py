"""The report beside a file of a drop folder, in words, Chinese first."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.daemon.sources.look import Look

TROUBLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "unreadable": ("读不了", "cannot be read"),
        "unknown_kind": ("只认 .csv .tsv .txt .dbf .xlsx", "not one of .csv .tsv .txt .dbf .xlsx"),
        "encoding": ("既不是 UTF-8 也不是 GB18030 文字", "neither UTF-8 nor GB18030 text"),
        "bad_line": (
            "从这一行起既不是 UTF-8 也不是 GB18030 文字",
            "from this line on neither UTF-8 nor GB18030 text",
        ),
        "no_headings": ("第一行没有列名", "no headings in the first row"),
        "damaged": ("文件损坏或不完整", "damaged or incomplete"),
        "too_large": ("太大", "too large"),
        "cannot_connect": ("连不上", "cannot be connected"),
        "bad_query": ("查询语句出错", "the query failed"),
        "missing_driver": ("缺少数据库驱动:请安装 fourseat[sql]", "install the extra: fourseat[sql]"),
        "not_json": ("应答不是 JSON", "the answer is not JSON"),
        "no_rows": ("应答里没有列表", "no list in the answer"),
        "refused": ("对方拒绝", "refused by the other side"),
        "time_out": ("对方没有及时回答", "no answer in time"),
        "worker": ("读取进程中断", "the reading process ended"),
        "database": ("数据库写不进去", "the database cannot be written"),
        "no_file": ("文件夹里没有文件", "no file in the folder"),
        "many_gone": (
            "超过一半的客户不在其中,很可能不是全量:没有标为消失",
            "more than half are missing: taken for incomplete, nobody was marked as vanished",
        ),
        "columns_unknown_column": ("没有这一列", "no such column"),
        "columns_unknown_field": ("配置里的字段名不认识", "unknown field in the configuration"),
        "columns_twice": ("两列是同一项", "two columns mean the same"),
        "columns_required": ("缺少必需的列", "a column is missing"),
        "stopped": ("人工停止", "stopped by hand"),
        "restarted": ("引擎重启", "the engine was restarted"),
    }
)
_REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "required": ("缺少", "missing"),
        "too_long": ("太长", "too long"),
        "too_many": ("太多", "too many"),
        "bad_number": ("号码不对", "bad number"),
        "bad_money": ("金额不对", "bad amount"),
        "bad_flag": ("不是是/否", "neither yes nor no"),
        "spreadsheet_number": ("被表格软件改成了 1.39E+10", "spoilt by the spreadsheet"),
        "too_many_cells": ("这一行列数太多", "too many cells"),
        "repeated": ("同一个编号出现两次", "the same key twice"),
    }
)


def report_words(look: Look) -> str:
    """The whole report as lines of text."""
    lines = [f"{look.what}  {look.source.name} ({look.source.id})", ""]
    if look.trouble:
        zh, en = TROUBLES.get(look.trouble, (look.trouble, look.trouble))
        lines += [f"问题 / trouble: {zh} / {en}", look.detail, ""]
    lines += [f"{zh} / {en}: {count}" for zh, en, count in _counts(look) if count or zh == "读到的行"]
    if look.unmapped:
        lines += ["", f"没有用到的列 / columns left out: {', '.join(look.unmapped)}"]
    if look.bad_rows:
        lines += ["", "没有导入的行 / rows left out:"]
    for row in look.bad_rows:
        zh, en = _REASONS.get(row.reason, (row.reason, row.reason))
        lines.append(f"  {row.line}: {row.field} {zh} / {en} {row.value}".rstrip())
    if look.bad > len(look.bad_rows):
        lines.append("  ..")
    return "\r\n".join(lines) + "\r\n"


def _counts(look: Look) -> list[tuple[str, str, int]]:
    return [
        ("读到的行", "rows", look.read),
        ("新增", "added", look.added),
        ("更新", "changed", look.changed),
        ("未变", "unchanged", look.unchanged),
        ("待定(可能是几个客户,或无此客户)", "set aside", look.aside),
        ("没有导入", "bad", look.bad),
        ("已从来源消失", "vanished", look.gone),
        (
            "余额早于本系统的缴费,保留本系统的",
            "balances older than a payment made here, not taken",
            look.balances_kept,
        ),
    ]
