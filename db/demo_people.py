"""Invented people of an invented county, the same ones for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.core.records import Customer

T = TypeVar("T")

AREA_CODE = "0931"
FIRST_MOBILE = 13_900_000_000
LONG_NAME = "青石县城关镇东关社区居民委员会老年活动中心二楼电视收看室（原文化站）"
LONG_NAME_AT = 7

_SURNAMES = (
    "王王王王王王王王王王李李李李李李李李李李张张张张张张张张张刘刘刘刘刘刘刘陈陈陈陈陈杨杨杨杨赵赵赵黄黄黄周周周吴吴吴"
    "马马马徐徐孙孙朱朱胡胡郭郭何何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严单解仇翟覃查朴"
)
_DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "尉迟", "令狐", "皇甫")
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国红玉兰春梅文海龙云山志宏永福贵生德成林峰波鹏飞宇辉"
    "健俊东南西北金银水木宝珍珠凤莲菊香翠琴琳琪瑶婷雪雅倩佳欣怡思梦涵子轩浩然博泽晨阳旭月星天江河光彩正义忠"
    "孝仁信学立康乐安泰祥瑞庆喜新民卫兵武胜利和友爱小大长"
)
_TOWNS = ("城关镇", "北川乡", "河口镇", "南湖乡", "双塔镇", "柳林乡", "白杨镇", "大湾乡", "新店镇", "石门乡")
_STREETS = ("东街", "西街", "南关路", "新华路", "人民路", "解放路", "中山路", "建设路", "文化巷", "车站路")
_ESTATES = ("阳光小区", "广电家属院", "教师新村", "世纪花园", "水岸名居", "粮食局家属楼")
_VILLAGES = (
    "东沟村",
    "李家湾村",
    "王庄村",
    "马家坪村",
    "上河村",
    "下河村",
    "红星村",
    "杨树村",
    "新民村",
    "沙坝村",
)
_PLACES = ("县医院", "第一中学", "实验小学", "供电所", "养老院", "兴隆宾馆", "惠民超市", "农机站")
_PACKAGES = (
    ("数字电视基本包",),
    ("数字电视基本包",),
    ("数字电视基本包", "体育高清包"),
    ("数字电视基本包", "影视剧场包"),
    ("数字电视基本包", "宽带100M"),
    ("数字电视基本包", "宽带300M", "少儿教育包"),
)
_REMARKS = ("", "", "", "", "", "机顶盒放在卧室", "上门前先打电话", "独居老人，说话请慢一些", "门口有狗")


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Where a customer lives."""

    address: str
    area: str


def people(count: int, seed: int) -> Iterator[Customer]:
    """Customers 1, 2, 3 ... of the county; their mobile numbers are 13900000001, 13900000002 ..."""
    rng = random.Random(seed)
    for serial in range(1, count + 1):
        yield _person(rng, serial)


def _person(rng: random.Random, serial: int) -> Customer:
    home = _home(rng)
    mobile = str(FIRST_MOBILE + serial)
    fixed = (f"{AREA_CODE}{2_000_000 + _one_to(rng, 6_000_000)}",) if rng.random() < 0.3 else ()
    return Customer(
        id=serial,
        name=LONG_NAME if serial == LONG_NAME_AT else _name(rng),
        customer_number=f"{20_000_000 + serial}",
        phones=(mobile, *fixed),
        address=home.address,
        area=home.area,
        card_number=f"8270{serial * 37:012d}",
        packages=_pick(rng, _PACKAGES),
        balance_fen=_balance_fen(rng),
        vip=(vip := rng.random() < 0.03),
        remark=_pick(rng, _REMARKS),
        importance="vip" if vip else "",
    )


def _name(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.02:
        return f"青石县{_pick(rng, _TOWNS)}{_pick(rng, _PLACES)}"
    if kind < 0.05:
        return _pick(rng, _DOUBLE_SURNAMES) + _pick(rng, _GIVEN) + _pick(rng, _GIVEN)
    if kind < 0.2:
        return _pick(rng, _SURNAMES) + _pick(rng, _GIVEN)
    return _pick(rng, _SURNAMES) + _pick(rng, _GIVEN) + _pick(rng, _GIVEN)


def _home(rng: random.Random) -> Neighbourhood:
    town = _pick(rng, _TOWNS)
    kind = rng.random()
    if kind < 0.35:
        place = f"{_pick(rng, _STREETS)}{_one_to(rng, 220)}号"
    elif kind < 0.6:
        door = f"{_one_to(rng, 4)}单元{_one_to(rng, 6)}0{_one_to(rng, 4)}"
        place = f"{_pick(rng, _ESTATES)}{_one_to(rng, 18)}号楼{door}"
    else:
        place = f"{_pick(rng, _VILLAGES)}{_one_to(rng, 9)}社{_one_to(rng, 90)}号"
    return Neighbourhood(address=town + place, area=f"{town[:2]}片区")


def _balance_fen(rng: random.Random) -> int:
    kind = rng.random()
    if kind < 0.15:
        return -100 * (4 + _one_to(rng, 356))
    return 0 if kind < 0.5 else 50 * _one_to(rng, 600)


def _pick(rng: random.Random, choices: Sequence[T]) -> T:
    """One of them; five times as fast as `rng.choice`, which counts for a million people."""
    return choices[int(rng.random() * len(choices))]


def _one_to(rng: random.Random, highest: int) -> int:
    """A number from 1 to the highest."""
    return 1 + int(rng.random() * highest)
