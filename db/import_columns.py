"""Which column of a customer list means what."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from db.errors import Invalid
from db.text import search_form
from engine.core.customers.parts import SOURCE_FIELDS
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
        "importance": "重要程度 重要级别 客户等级 客户级别 importance",
        "tags": "标签 客户标签 tag tags",
        "id_number": "证件号 证件号码 身份证 身份证号 身份证号码 idnumber idcard",
    }
)
# Only of a source: what belongs to rows of the customer's file. These come before the others.
_PART_HEADINGS = MappingProxyType(
    {
        "line": "业务类型 业务类别 线路类型 line",
        "account": "账号 业务账号 业务号 业务号码 服务号 account accountnumber accountno",
        "account_state": "状态 账号状态 业务状态 用户状态 使用状态 state status",
        "account_package": "账号套餐",
        "account_since": "开户日期 开通日期 入网日期 装机日期 开户时间 since",
        "cable_account": "有线账号 有线电视账号 模拟电视账号 cableaccount",
        "cable_state": "有线状态 有线电视状态",
        "cable_package": "有线套餐 有线电视套餐",
        "tv_account": "数字电视账号 数字账号 电视账号 数电账号 tvaccount",
        "tv_state": "数字电视状态 电视状态",
        "tv_package": "数字电视套餐 电视套餐",
        "broadband_account": "宽带账号 宽带号 上网账号 broadbandaccount",
        "broadband_state": "宽带状态 上网状态",
        "broadband_package": "宽带套餐 宽带产品 上网套餐",
        "private_account": "专网账号 专线账号 专线号 privateaccount",
        "private_state": "专网状态 专线状态",
        "private_package": "专网套餐 专线套餐",
        "radio_account": "广播账号 radioaccount",
        "radio_state": "广播状态",
        "radio_package": "广播套餐",
        "cards": "副卡 副卡号 副机卡号 子卡号 第二智能卡 cards",
        "box": "机顶盒 机顶盒号 机顶盒编号 机顶盒序列号 盒号 stb stbnumber",
        "box_model": "机顶盒型号 机顶盒类型 stbmodel",
        "modem": "光猫 光猫号 光猫编号 光猫序列号 光猫mac onu ont 猫号 调制解调器 modem cm cmmac",
        "modem_model": "光猫型号 onu型号 猫型号 modemmodel",
        "contact": "联系人 联系人姓名 contact contactname",
        "contact_phone": "联系人电话 联系人手机 联系人号码 contactphone",
        "contact_relation": "联系人关系 与户主关系 关系 relation",
        "county": "县 区县 县区 county",
        "town": "乡镇 镇 街道 乡镇街道 town",
        "community": "小区 社区 小区名称 村 村庄 community",
        "building": "楼号 楼栋 楼栋号 栋号 楼 building",
        "unit": "单元 单元号 unit",
        "room": "房号 房间号 室号 门牌号 室 room",
        "node": "光节点 节点 节点号 光机 分前端 node",
    }
)
# A list may have several columns of these.
_SEVERAL = frozenset({"phones", "cards", "box", "modem", "contact_phone"})


def _by_heading(*tables: Mapping[str, str]) -> dict[str, str]:
    return {word: field for table in tables for field, words in table.items() for word in words.split()}


_OF_LISTS = _by_heading(_HEADINGS)
_OF_SOURCES = _by_heading(_HEADINGS, _PART_HEADINGS)


def columns_of(
    headings: Iterable[str],
    chosen: Mapping[str, str],
    *,
    needs: Iterable[str] = ("name",),
    of_source: bool = False,
) -> dict[str, str]:
    """Heading to field, found by the usual Chinese and English headings; `chosen` decides before them.

    A list of customers has the fields of a customer, a source those of the whole file.
    Raises Invalid: unknown_field, unknown_column (with the name), twice, required (a column that is needed).
    """
    headings = list(headings)
    fields = SOURCE_FIELDS if of_source else CUSTOMER_LIST_FIELDS
    for heading, field in chosen.items():
        if heading not in headings:
            raise Invalid("unknown_column", heading)
        if field and field not in fields:
            raise Invalid("unknown_field", field)
    columns: dict[str, str] = {}
    for heading in headings:
        field = chosen.get(heading, "" if heading in chosen else detected_field(heading, of_source=of_source))
        if not field:
            continue
        if field in columns.values() and field not in _SEVERAL:
            if not of_source or field != "card_number":
                raise Invalid("twice", field, heading)
            field = "cards"
        columns[heading] = field
    for field in needs:
        if field not in columns.values():
            raise Invalid("required", field)
    return columns


def detected_field(heading: str, *, of_source: bool = False) -> str:
    """The field that a heading means ("电话2" is a phone too), "" when nobody knows."""
    form = re.sub(r"\(.*\)|（.*）", "", heading)
    return (_OF_SOURCES if of_source else _OF_LISTS).get(search_form(form).rstrip("0123456789"), "")
