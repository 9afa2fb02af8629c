"""Which column of a list of bills, recharge cards or offers means what."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from db.errors import Invalid
from db.text import search_form


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of list: the headings of each field, and the fields of which each row must have one."""

    headings: Mapping[str, str]
    needed: tuple[tuple[str, ...], ...]


LIST_KINDS: Mapping[str, ListKind] = MappingProxyType(
    {
        "bills": ListKind(
            {
                "customer_number": "客户编号 用户编号 客户号 用户号 户号 客户代码 编号"
                " customernumber customerno customerid customer",
                "card_number": "智能卡号 智能卡 卡号 ic卡号 smartcard cardnumber card",
                "month": "月份 账期 账单月份 费用月份 计费月份 month period",
                "item": "项目 费用项目 收费项目 费用名称 科目 名称 业务 item description",
                "amount": "金额 费用 应收 应收金额 amount fee charge",
            },
            (("customer_number", "card_number"), ("month",), ("item",), ("amount",)),
        ),
        "cards": ListKind(
            {
                "number": "卡号 充值卡号 充值卡 序列号 number cardnumber card serial",
                "secret": "密码 卡密 充值密码 卡密码 secret pin password",
                "amount": "面值 金额 面额 amount value",
                "expires": "有效期 有效期至 截止日期 到期日 失效日期 expires expiry validuntil",
            },
            (("number",), ("secret",), ("amount",)),
        ),
        "offers": ListKind(
            {
                "name": "名称 套餐 套餐名称 产品 产品名称 节目包 name package offer",
                "price": "价格 资费 金额 单价 price fee amount",
                "months": "月数 周期 时长 期限 months duration",
                "on_sale": "在售 是否在售 可订购 状态 onsale available",
            },
            (("name",), ("price",)),
        ),
    }
)


def list_columns(kind: str, headings: Iterable[str]) -> dict[str, str]:
    """Heading to field, by the usual Chinese and English headings.

    Raises Invalid: twice, or required with the field of which there is no column.
    """
    known = LIST_KINDS[kind]
    field_of = {word: field for field, words in known.headings.items() for word in words.split()}
    columns: dict[str, str] = {}
    for heading in headings:
        form = search_form(re.sub(r"\(.*\)|（.*）", "", heading))
        field = field_of.get(form, "")
        if not field:
            continue
        if field in columns.values():
            raise Invalid("twice", field, heading)
        columns[heading] = field
    for choices in known.needed:
        if not set(choices) & set(columns.values()):
            raise Invalid("required", choices[0])
    return columns
