"""Offices and people of the district: bureaus with schools, health centres and stations below them, street offices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from sqlalchemy.orm import Session

from portal import queries
from portal.demo import words
from portal.demo.accounts import PASSWORD
from portal.demo.words import Theme
from portal.domain.offices import OfficeRow
from portal.domain.permissions import Actor
from portal.services.administration import office_imports, people
from portal.services.administration.accounts import PersonForm

MOST_OFFICES = 200
_DISTRICT = "秦皇岛市山海关区"
_OF_THE_DEMO = ("古城", "南关")
_REVIEWED = 10
"""Offices per reviewer."""
_WITHOUT_PHONE = 6
"""One office in so many has registered none."""
APPROVER = "approver1"


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of office: its bureau (blank: none above it), the names of its offices, parts of an office's area."""

    name: str
    code: str
    bureau: str
    offices: tuple[str, ...]
    areas: tuple[str, ...]

    @property
    def above(self) -> str:
        """Code of the bureau."""
        return f"{self.code}000" if self.bureau else ""

    @property
    def themes(self) -> tuple[Theme, ...]:
        return tuple(theme for theme in words.THEMES if theme.trade == self.name)


TRADES = (
    Trade("街道", "620", "", ("街道办事处",), ("", "东片", "西片", "北片")),
    Trade("教育", "311", "教育局", ("中心小学", "初级中学", "幼儿园"), ("", "东校区", "西校区", "新校区")),
    Trade("卫生健康", "321", "卫生健康局", ("卫生院", "社区卫生服务中心"), ("", "东片", "西片", "中心院区")),
    Trade("司法", "331", "司法局", ("司法所",), ("", "城区", "乡村", "园区")),
    Trade("农业", "341", "农业农村局", ("农业技术推广站", "畜牧兽医站"), ("", "沿海", "山区", "平原")),
    Trade("城市管理", "351", "城市管理局", ("环境卫生所", "市政管理所"), ("", "东片", "西片", "老城")),
    Trade("文化", "361", "文化和旅游局", ("综合文化站", "文物保管所"), ("", "城区", "乡村", "景区")),
)


@dataclass(frozen=True, slots=True)
class DistrictOffice:
    code: str
    name: str
    parent: str
    trade: Trade

    @property
    def drafter(self) -> str:
        return f"drafter{self.code}"

    @property
    def head(self) -> str:
        return f"head{self.code}"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts on the tables of one office."""

    drafter: Actor
    head: Actor
    reviewer: Actor
    approver: Actor


def offices(count: int) -> list[DistrictOffice]:
    """The first `count` offices; a bureau comes before the first office below it."""
    return list(islice(_endless(), count))


def _endless() -> Iterator[DistrictOffice]:
    places = [place for place in words.PLACES if place not in _OF_THE_DEMO]
    for turn in range(MOST_OFFICES):
        for number, trade in enumerate(TRADES):
            if trade.bureau and turn == 0:
                yield DistrictOffice(trade.above, f"{_DISTRICT}{trade.bureau}", "", trade)
            ending = trade.offices[turn % len(trade.offices)]
            again, place = divmod(turn + number * 3, len(places))
            name = f"{_DISTRICT}{places[place]}{'第二' if again else ''}{ending}"
            yield DistrictOffice(f"{trade.code}{turn + 1:03d}", name, trade.above, trade)


def reviewers_of(all_offices: Sequence[DistrictOffice]) -> dict[str, list[str]]:
    """Username of each reviewer → codes of the offices in the portfolio, neighbours by code."""
    codes = sorted(office.code for office in all_offices)
    count = max(2, -(-len(codes) // _REVIEWED))
    return {f"reviewer{n + 1}": codes[n * len(codes) // count : (n + 1) * len(codes) // count] for n in range(count)}


def add_all(session: Session, rng: Random, all_offices: Sequence[DistrictOffice]) -> None:
    """Offices and accounts, all with the password of the demo."""
    rows = [OfficeRow(each.code, each.name, each.parent) for each in all_offices]
    office_imports.import_offices(session, None, rows)
    forms = {APPROVER: PersonForm(_name(rng), ["approver"])}
    for username, codes in reviewers_of(all_offices).items():
        forms[username] = PersonForm(_name(rng), ["reviewer"], assigned=codes)
    for n, office in enumerate(all_offices):
        phone = "" if n % _WITHOUT_PHONE == 1 else f"0335-50{n:03d}"
        forms[office.drafter] = PersonForm(_name(rng), ["drafter"], office.code, phone=phone and f"{phone}12")
        forms[office.head] = PersonForm(_name(rng), ["head"], office.code, phone=phone and f"{phone}01")
    for username, form in forms.items():
        people.add_user(session, None, username, form, password=PASSWORD)


def casts(session: Session, all_offices: Sequence[DistrictOffice]) -> dict[str, Cast]:
    """By code of the office."""
    reviewers = {code: name for name, codes in reviewers_of(all_offices).items() for code in codes}
    approver = _actor(session, APPROVER)
    return {
        office.code: Cast(
            _actor(session, office.drafter),
            _actor(session, office.head),
            _actor(session, reviewers[office.code]),
            approver,
        )
        for office in all_offices
    }


def _actor(session: Session, username: str) -> Actor:
    found = queries.session.account_named(session, username)
    assert found, username
    return found.actor


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = (
    *("建国", "秀兰", "志强", "丽华", "海涛", "玉梅", "文博", "淑珍", "晓东", "桂英", "立新", "春燕", "国栋", "雪梅"),
    *("永刚", "红霞", "振华", "敏", "磊", "静", "伟", "芳", "涛", "娜", "勇", "艳", "杰", "慧", "鹏", "琳", "浩然"),
    *("思雨", "子轩", "佳怡", "宇航", "欣然", "明辉", "爱民", "凤霞", "长青", "树森", "玉林", "德福", "会敏"),
)


def _name(rng: Random) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)
