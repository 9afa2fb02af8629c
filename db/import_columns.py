"""Which column of a customer list means what."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from db.errors import Invalid
from db.text import search_form
from engine.core.records import CUSTOMER_LIST_FIELDS

_HEADINGS = MappingProxyType(
    {
        "name": "姓名 客户姓名 用户姓名 客户名称 用户名称 户名 名称 客户 用户 name customername fullname",
        "customer_number": "客户编号 用户编号 客户号 用户号 户号 客户代码 编号"
        " customernumber customerno customerid",
        "phones": "电话 联系电话 手机 手机号 手机号码 电话号码 固话 固定电话 座机 移动电话 联系方式"
        " phone phones phonenumber telephone tel mobile",
        "address": "地址 住址 安装地址 装机地址 详细地址 用户地址 客户地址 address",
        "area": "区域 片区 网格 所属区域 乡镇 小区 area district region",
        "card_number": "智能卡号 智能卡 卡号 ic卡号 smartcard cardnumber cardno card",
        "packages": "套餐 节目包 产品 订购产品 业务 资费 package packages product products",
        "balance": "余额 账户余额 balance",
        "arrears": "欠费 欠费金额 arrears debt",
        "vip": "vip 贵宾 是否vip 大客户 重要客户",
        "remark": "备注 说明 remark remarks note comment",
    }
)
_FIELD_OF_HEADING = {heading: field for field, headings in _HEADINGS.items() for heading in headings.split()}


def columns_of(
    headings: Iterable[str], chosen: Mapping[str, str], *, needs: Iterable[str] = ("name",)
) -> dict[str, str]:
    """Heading to field, found by the usual Chinese and English headings; `chosen` decides before them.

    Raises Invalid: unknown_field, unknown_column (with the name), twice, required (a column that is needed).
    """
    headings = list(headings)
    for heading, field in chosen.items():
        if heading not in headings:
            raise Invalid("unknown_column", heading)
        if field and field not in CUSTOMER_LIST_FIELDS:
            raise Invalid("unknown_field", field)
    columns: dict[str, str] = {}
    for heading in headings:
        field = chosen.get(heading, "" if heading in chosen else detected_field(heading))
        if not field:
            continue
        if field != "phones" and field in columns.values():
            raise Invalid("twice", field, heading)
        columns[heading] = field
    for field in needs:
        if field not in columns.values():
            raise Invalid("required", field)
    return columns


def detected_field(heading: str) -> str:
    """The field that a heading means ("电话2" is a phone too), "" when nobody knows."""
    form = re.sub(r"\(.*\)|（.*）", "", heading)
    return _FIELD_OF_HEADING.get(search_form(form).rstrip("0123456789"), "")
