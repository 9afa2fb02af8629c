"""One row of a customer list as a customer, with a reason code for what cannot be one."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from db.errors import Invalid
from engine.core.records import Customer

_SPREADSHEET_NUMBER = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
_PHONE_SEPARATORS = re.compile(r"[、/;；|]")
_SEPARATORS = re.compile(r"[、,，;；|]")
_MONEY_DECORATION = re.compile(r"[¥￥元,，\s]")
_YES = frozenset({"1", "y", "yes", "true", "t", "是", "有", "vip", "贵宾", "√", "在售"})
_IMPORTANCE = {
    "": frozenset({"普通", "一般", "个人", "居民", "normal", "-", "0"}),
    "vip": frozenset({"vip", "贵宾", "重要", "大客户", "1"}),
    "enterprise": frozenset({"enterprise", "企业", "单位", "集团", "政企", "2"}),
}
_NO = frozenset({"0", "n", "no", "false", "f", "否", "无", "普通", "-", "停售", "下架"})


def customer_of(cells: Mapping[str, str | None], columns: Mapping[str, str], before: Customer) -> Customer:
    """The customer of a row: what an empty cell says nothing about stays as it was `before`.

    Phone numbers are added to the known ones. Raises Invalid with field and code.
    """
    values: dict[str, str] = {}
    phones = list(before.phones)
    for heading, field in columns.items():
        cell = (cells.get(heading) or "").strip()
        if field == "phones":
            phones += [
                phone.strip() for phone in _PHONE_SEPARATORS.split(unspoilt(cell, field)) if phone.strip()
            ]
        elif cell:
            values[field] = cell
    for field in ("customer_number", "card_number", "id_number"):
        unspoilt(values.get(field, ""), field)
    return replace(
        before,
        name=values.get("name", before.name),
        customer_number=values.get("customer_number", before.customer_number),
        phones=tuple(phones),
        address=values.get("address", before.address),
        area=values.get("area", before.area),
        card_number=values.get("card_number", before.card_number),
        packages=several(values["packages"]) if "packages" in values else before.packages,
        balance_fen=_balance_fen(values, before.balance_fen),
        vip=flag(values["vip"], "vip") if "vip" in values else before.vip,
        remark=values.get("remark", before.remark),
        importance=_importance(values["importance"]) if "importance" in values else before.importance,
        tags=(*before.tags, *several(values["tags"])) if "tags" in values else before.tags,
        id_number=values.get("id_number", before.id_number),
    )


def fen(text: str, field: str = "balance") -> int:
    """An amount in yuan as fen: "1,234.50", "-20", "¥3.5元", "(12.00)". Raises Invalid "bad_money"."""
    plain = _MONEY_DECORATION.sub("", unicodedata.normalize("NFKC", text))
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    if not re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]{1,4})?", plain):
        raise Invalid("bad_money", field, text[:40])
    try:
        amount = Decimal(plain) * 100
    except InvalidOperation as error:
        raise Invalid("bad_money", field, text[:40]) from error
    if amount != amount.to_integral_value():
        raise Invalid("bad_money", field, text[:40])
    return int(amount)


def _balance_fen(values: Mapping[str, str], before: int) -> int:
    if "balance" in values:
        return fen(values["balance"])
    if "arrears" in values:
        return -abs(fen(values["arrears"], "arrears"))
    return before


def several(cell: str) -> tuple[str, ...]:
    """The words of a cell that may have several."""
    return tuple(word.strip() for word in _SEPARATORS.split(cell) if word.strip())


def _importance(cell: str) -> str:
    word = unicodedata.normalize("NFKC", cell).casefold()
    for meant, words in _IMPORTANCE.items():
        if word in words:
            return meant
    raise Invalid("unknown_word", "importance", cell[:40])


def flag(cell: str, field: str) -> bool:
    word = unicodedata.normalize("NFKC", cell).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Invalid("bad_flag", field, cell[:40])


def unspoilt(cell: str, field: str) -> str:
    """Spreadsheets turn long numbers into 1.39E+10: the digits are gone, so the row is refused."""
    if _SPREADSHEET_NUMBER.fullmatch(cell):
        raise Invalid("spreadsheet_number", field, cell[:40])
    return cell
