"""Generated documents similar to those of offices: varied by a seeded generator, without errors in the year's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from portal.domain.documents import (
    Budget,
    DepartmentDocument,
    Duty,
    Indicator,
    ProjectDocument,
    Safeguard,
    SpendingPlan,
)

_ID_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KINDS = ("经费", "专项经费", "补助资金", "政府购买服务项目")
_PLACES = (
    *("南关", "东罗城", "西关", "路南", "古城", "第一关", "渤海", "石河", "孟姜", "长寿山", "角山", "望夫石"),
    *("南海", "站前", "新建街", "铁工街", "桥梁厂", "船厂路", "关城东", "关城西", "老龙头", "小高口", "徐达", "兴隆街"),
    *("龙源", "服远", "柴禾市", "永宁", "迎春里", "工人街", "南园", "北园", "团结", "和平", "光明", "建设路"),
)
IndicatorTexts = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Theme:
    """A project's activity (`work`), its object (`thing`, counted in `unit`), effect and beneficiaries (`people`)."""

    work: str
    thing: str
    unit: str
    effect: str
    people: str


_THEMES = tuple(
    Theme(*line.split())
    for line in """
    清理 老旧小区楼道 个 居民对卫生死角的投诉件数 居民
    发放 社区工作人员补贴 人 社区事务按期办结率 社区工作人员
    养护 道路绿化 处 绿地完好率 居民
    组织 便民服务活动 场 居民诉求办结率 居民
    救助 困难家庭 户 困难家庭基本生活保障率 受助家庭
    培训 就业困难人员 人 参训人员就业率 参训人员
    维修 公共照明设施 处 夜间出行安全事故件数 居民
    检测 食品样品 批 不合格食品处置率 消费者
    排查 安全隐患 处 隐患整改完成率 企业
    慰问 退役军人 人 优抚政策知晓率 退役军人
    采购 教学设备 台 设备使用率 师生
    修缮 文物保护点 处 文物完好率 游客
    巡护 海岸防护林 公里 林地保有率 居民
    接种 疫苗 剂 适龄儿童接种率 家长
    更新 窗口办公设备 台 业务一次办结率 办事群众
    宣传 普法讲座 场 居民法律知识知晓率 居民
    """.strip().splitlines()
)
NAMES = len(_PLACES) * len(_THEMES) * len(_KINDS)
"""Number of different project names."""


def project(rng: Random, office: tuple[str, str], ordinal: int, name: int) -> ProjectDocument:
    """Return a project table of `office` (code, name) with eight indicators. name: 0 to NAMES - 1, selects its name."""
    rest, place_number = divmod(name, len(_PLACES))
    kind_number, theme_number = divmod(rest, len(_THEMES))
    place, theme, kind = _PLACES[place_number], _THEMES[theme_number], _KINDS[kind_number]
    count, price = rng.randrange(5, 400), rng.randrange(3, 180) * 50
    total = count * price
    other = total // 4 if rng.random() < 0.2 else 0
    spring, summer, autumn = rng.randrange(5, 30), rng.randrange(35, 60), rng.randrange(65, 95)
    return ProjectDocument(
        ordinal=ordinal,
        office_code=office[0],
        office_name=office[1],
        project_code=f"{office[0][:3]}-1303-JBN-{_code(name)}",
        project_name=f"{place}{theme.thing}{theme.work}{kind}",
        budget=Budget(f"{total}.00", f"{total - other}.00", f"{other}.00" if other else ""),
        purpose=purpose(theme, place, count, price),
        spending_plan=SpendingPlan(f"{spring}.00", f"{summer}.00", f"{autumn}.00", "100.00"),
        goals=_goals(theme, place, count),
        indicators=tuple(Indicator(row_id(rng), *row) for row in _indicators(rng, theme, count, price)),
    )


def purpose(theme: Theme, place: str, count: int, price: int) -> str:
    return (
        f"{theme.work}{place}{theme.thing}{count}{theme.unit}，每{theme.unit}{price}元，共{count * price}元，"
        f"用于支付{theme.thing}{theme.work}所需的人工、材料和服务费用，按合同约定分期支付。"
    )


def _goals(theme: Theme, place: str, count: int) -> str:
    return (
        f"1、全年{theme.work}{theme.thing}{count}{theme.unit}，11月底前全部完成并通过验收。\n"
        f"2、{place}范围内的{theme.people}得到及时、规范的服务，{theme.effect}达到预期。\n"
        f"3、资金专款专用，按进度支付，年底前支付完毕。"
    )


def _indicators(rng: Random, theme: Theme, count: int, price: int) -> Iterator[IndicatorTexts]:
    rate, basis = rng.choice((90, 92, 95, 98)), rng.choice(("山政办〔2025〕26号", "冀财预〔2025〕67号", "历史数据"))
    thing = theme.thing
    yield (
        "成本指标",
        "经济成本指标",
        f"单位{theme.work}成本",
        f"平均每{theme.unit}的费用",
        f"≤{price}元/{theme.unit}",
        basis,
    )
    yield (
        "产出指标",
        "数量指标",
        f"{thing}{theme.work}数量",
        f"全年{theme.work}的{thing}数量",
        f"≥{count}{theme.unit}",
        basis,
    )
    yield (
        "产出指标",
        "数量指标",
        "现场检查次数",
        "全年对项目实施现场检查的次数",
        f"≥{rng.randrange(2, 13)}次",
        "工作计划",
    )
    yield "产出指标", "质量指标", "验收合格率", f"验收合格的{thing}占{theme.work}总数的比例", f"≥{rate}%", basis
    yield "产出指标", "时效指标", "任务完成时间", f"{theme.work}任务全部完成的时间", "11月30日前", "工作计划"
    yield "效益指标", "社会效益指标", theme.effect, f"年末{theme.effect}的统计结果", f"达到{rate}%以上", "历史数据"
    yield "效益指标", "可持续影响指标", "长效管理机制", "是否建立并执行长效管理制度", "建立", basis
    yield (
        "满意度指标",
        "服务对象满意度指标",
        f"{theme.people}满意度",
        f"问卷调查中满意的{theme.people}占比",
        "≥90%",
        "问卷调查",
    )


def department(rng: Random, office: tuple[str, str]) -> DepartmentDocument:
    duties = ("基层组织建设", "社会治安综合治理", "公共服务与社会保障", "环境卫生管理", "安全生产监督")
    return DepartmentDocument(
        overall=f"{office[1]}**以居民需求为导向**，统筹推进各项任务：\n\n- 保障民生\n- 改善环境\n- 维护稳定",
        duties=tuple(Duty(row_id(rng), name, f"按计划完成{name}各项任务，全年考核达到良好以上。") for name in duties),
        safeguards=tuple(
            Safeguard(row_id(rng), title, f"{title}，责任到人，按季度检查通报。")
            for title in ("加强组织领导", "严格资金管理", "强化绩效监控")
        ),
    )


def row_id(rng: Random) -> str:
    return "".join(rng.choices(_ID_LETTERS, k=8))


def _code(number: int) -> str:
    digits = ""
    for _ in range(4):
        number, rest = divmod(number, 36)
        digits = _CODE_LETTERS[rest] + digits
    return digits
