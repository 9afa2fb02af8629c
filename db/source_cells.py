"""The cells of a row that belong to rows of the customer's file: an account, devices, a contact, a place."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace

from db.customers import numbers_of
from db.errors import Invalid
from db.import_rows import several, unspoilt
from db.search_index import Parts
from db.text import checked
from engine.core.customers.merging import Part
from engine.core.customers.parts import ACCOUNT, ADDRESS, DEVICE, LINES, PERSON, PLACE
from engine.core.customers.records import Address
from engine.core.records import Customer

Cells = Mapping[str, list[str]]  # by field; several columns may have the same

MOST_OF_ONE = 10  # cards, boxes or modems in one row
_LIMITS = {
    "county": 40, "town": 60, "community": 60, "building": 40, "unit": 20, "room": 20, "node": 60,
}  # fmt: skip
_STATES = {
    "active": "正常 在用 开通 开机 有效 使用中 使用 已开通 在网 启用 active open on ok normal",
    "stopped": "停机 报停 停用 暂停 停止 销户 已销户 拆机 注销 关闭 停 stopped closed off suspended",
    "arrears": "欠费 欠停 欠费停机 欠费停用 催停 arrears",
}
_STATE_OF = {word: state for state, words in _STATES.items() for word in words.split()}
_LINES = {
    "cable": "有线 有线电视 模拟电视 模拟 cable catv",
    "tv": "数字电视 数字 数电 互动电视 互动 电视 tv dtv",
    "broadband": "宽带 上网 互联网 网络 broadband internet",
    "private": "专网 专线 private",
    "radio": "广播 radio",
    "box": "机顶盒 box",
}
_LINE_OF = {word: line for line, words in _LINES.items() for word in words.split()}
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?")
_BARE = re.compile(r"[0-9A-Za-z-]+")
_DEVICES = (("cards", "card"), ("box", "box"), ("modem", "modem"))


def fields_of(cells: Mapping[str, str | None], columns: Mapping[str, str]) -> dict[str, list[str]]:
    """What the cells say, by field; a field without words is left out."""
    found: dict[str, list[str]] = {}
    for heading, field in columns.items():
        if text := (cells.get(heading) or "").strip():
            found.setdefault(field, []).append(text)
    return found


def with_parts(customer: Customer, cells: Cells) -> Customer:
    """The flat customer as far as the parts say it too: packages, and the place where no other is said."""
    named = [text for field, texts in cells.items() if field.endswith("_package") for text in texts]
    packages = (*customer.packages, *(word for text in named for word in several(text)))
    place = place_of(cells)
    return replace(
        customer,
        packages=tuple(dict.fromkeys(packages)),
        address=customer.address or (place.words if place is not None else ""),
    )


def area_in(cells: Cells) -> str:
    """Where a new customer belongs to until somebody says it: a town is no area of who is known already."""
    return _one(cells, "town", 60) or _one(cells, "community", 60)


def parts_in(cells: Cells, own_line: str, key: str, area_code: str) -> Iterator[Part]:
    """The rows of the file that a row says; `own_line`: what its account is for otherwise. Raises Invalid."""
    place = place_of(cells)
    if place is not None:
        values = {name: str(getattr(place, name)) for name in (*PLACE, "node")}
        yield Part(ADDRESS, _said(values))
    yield from _accounts(cells, own_line, key)
    yield from _devices(cells)
    name = _one(cells, "contact", 100)
    if name:
        phones = tuple(word for text in cells.get("contact_phone", ()) for word in several(text))
        numbers = " ".join(numbers_of(phones, area_code))
        yield Part(
            PERSON,
            _said({"name": name, "relation": _one(cells, "contact_relation", 40), "phones": numbers}),
        )


def place_of(cells: Cells) -> Address | None:
    """The place, if one is said in pieces: bare numbers of buildings and units get their word."""
    if not any(name in cells for name in _LIMITS):
        return None
    found = {name: _one(cells, name, limit) for name, limit in _LIMITS.items()}
    for name, word in (("building", "号楼"), ("unit", "单元")):
        if _BARE.fullmatch(found[name]):
            found[name] += word
    place = Address(
        county=found["county"], town=found["town"], community=found["community"], building=found["building"],
        unit=found["unit"], room=found["room"], node=found["node"],
    )  # fmt: skip
    return place if place.words else None


def search_parts(parts: list[Part]) -> Parts:
    """What a new customer is found by beside the own row."""
    persons = [one.values for one in parts if one.part == PERSON]
    places = [one.values for one in parts if one.part == ADDRESS]
    return Parts(
        names=tuple(one["name"] for one in persons),
        phones=tuple(number for one in persons for number in one.get("phones", "").split()),
        places=tuple(
            "".join(one.get(name, "") for name in PLACE) + "  " + one.get("node", "") for one in places
        ),
    )


def _accounts(cells: Cells, own_line: str, key: str) -> Iterator[Part]:
    number = _one(cells, "account", 40)
    line = own_line
    if "line" in cells:
        word = _word(_one(cells, "line", 40))
        line = _LINE_OF.get(word) or next((code for name, code in _LINE_OF.items() if name in word), line)
    if number or line:
        yield _account(cells, line or "other", number or key, "account")
    for line in LINES:
        if number := _one(cells, f"{line}_account", 40):
            yield _account(cells, line, number, line)


def _account(cells: Cells, line: str, number: str, prefix: str) -> Part:
    state_field = "account_state" if prefix == "account" else f"{prefix}_state"
    written = _one(cells, state_field, 40)
    state = _STATE_OF.get(_word(written), "")
    # A word that nobody knows is shown as it is.
    remarks = (_one(cells, f"{prefix}_package", 100), "" if state else written)
    since = _day(_one(cells, "account_since", 40)) if prefix == "account" else ""
    values = {"line": line, "number": number, "state": state, "since": since}
    return Part(ACCOUNT, _said({**values, "remark": "  ".join(text for text in remarks if text)}))


def _devices(cells: Cells) -> Iterator[Part]:
    for field, kind in _DEVICES:
        numbers = [unspoilt(word, field) for text in cells.get(field, ()) for word in several(text)]
        if len(numbers) > MOST_OF_ONE:
            raise Invalid("too_many", field, str(len(numbers)))
        model = _one(cells, f"{field}_model", 60)
        for number in dict.fromkeys(numbers):
            yield Part(DEVICE, _said({"kind": kind, "number": checked(number, field, 40), "model": model}))


def _one(cells: Cells, field: str, limit: int) -> str:
    """What a field says, in one word."""
    texts = cells.get(field)
    if not texts:
        return ""
    text = unspoilt(texts[0], field) if field.endswith("account") else texts[0]
    return checked(text, field, limit)


def _word(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


def _day(text: str) -> str:
    """A day as it is stored: 2020/1/5, 20200105 and 2020年1月5日 are 2020-01-05. Raises Invalid."""
    if not text:
        return ""
    found = _DAY.fullmatch(text)
    year, month, day = map(int, found.groups()) if found else (0, 0, 0)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise Invalid("bad_date", "account_since", text)
    return f"{year:04}-{month:02}-{day:02}"


def _said(values: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in values.items() if text}
