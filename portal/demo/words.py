"""Generated documents similar to those of offices: varied by a seeded generator, without errors in the year's rules.

The large demo and the bench write their tables with it. What makes a text poor is in `district.flaws`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
KINDS = ("经费", "专项经费", "补助资金", "政府购买服务项目")
"""Endings of project names."""
PLACES = (
    *("南关", "东罗城", "西关", "路南", "古城", "第一关", "渤海", "石河", "孟姜", "长寿山", "角山", "望夫石"),
    *("南海", "站前", "新建街", "铁工街", "桥梁厂", "船厂路", "关城东", "关城西", "老龙头", "小高口", "徐达", "兴隆街"),
    *("龙源", "服远", "柴禾市", "永宁", "迎春里", "工人街", "南园", "北园", "团结", "和平", "光明", "建设路"),
)
IndicatorTexts = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Theme:
    """A project's activity (`work`), its object (`thing`, counted in `unit`), effect and beneficiaries (`people`).

    trade: the kind of office that does it. change: the target value of `effect`.
    """

    trade: str
    work: str
    thing: str
    unit: str
    effect: str
    change: str
    people: str


THEMES = tuple(
    Theme(*line.split())
    for line in """
    街道 清理 老旧小区楼道 个 居民对卫生死角的投诉件数 ≤10件 居民
    街道 帮扶 困难家庭 户 困难家庭基本生活保障率 ≥95% 受助家庭
    街道 组织 便民服务活动 场 居民诉求办结率 ≥92% 居民
    街道 慰问 退役军人 人 优抚政策知晓率 ≥90% 退役军人
    街道 巡查 出租房屋 处 出租房屋隐患整改率 ≥95% 租户
    街道 更新 窗口办公设备 台 业务一次办结率 ≥90% 办事群众
    街道 排查 安全隐患 处 隐患整改完成率 ≥98% 企业
    教育 采购 教学设备 台 教学设备使用率 ≥90% 师生
    教育 修缮 教室 间 校舍安全事故件数 ≤0件 师生
    教育 开展 课后服务 场 学生参加课后服务的比例 ≥85% 家长
    教育 培训 骨干教师 人 参训教师考核优良率 ≥90% 教师
    教育 补助 困难学生 人 困难学生在校率 ≥99% 受助学生
    教育 更换 校园安防设备 套 校园安全事件件数 ≤1件 师生
    卫生健康 接种 疫苗 剂 适龄儿童接种率 ≥95% 家长
    卫生健康 组织 老年人体检 人 慢性病规范管理率 ≥75% 老年人
    卫生健康 培训 乡村医生 人 乡村医生考核合格率 ≥95% 乡村医生
    卫生健康 随访 慢性病患者 人 患者血压控制达标率 ≥60% 患者
    卫生健康 购置 基本医疗设备 台 医疗设备使用率 ≥85% 患者
    卫生健康 消毒 公共场所 处 传染病聚集性疫情起数 ≤2起 居民
    司法 宣传 普法讲座 场 居民法律知识知晓率 ≥85% 居民
    司法 调解 矛盾纠纷 件 矛盾纠纷调解成功率 ≥96% 当事人
    司法 办理 法律援助案件 件 受援人权益维护率 ≥80% 受援人
    司法 帮教 社区矫正对象 人 矫正对象再犯罪人数 ≤1人 矫正对象家属
    农业 防控 农作物病虫害 亩 病虫害损失率 ≤5% 农户
    农业 推广 优良品种 亩 粮食平均单产增长率 ≥2% 农户
    农业 检测 食品样品 批 不合格食品处置率 ≥98% 消费者
    农业 巡护 海岸防护林 公里 林地保有率 ≥99% 居民
    城市管理 养护 道路绿化 处 绿地完好率 ≥95% 居民
    城市管理 维修 公共照明设施 处 夜间出行安全事故件数 ≤2件 居民
    城市管理 清运 生活垃圾 车 生活垃圾无害化处理率 ≥99% 居民
    城市管理 疏通 排水管网 公里 汛期道路积水点数 ≤3处 居民
    文化 修缮 文物保护点 处 文物完好率 ≥98% 游客
    文化 举办 文化惠民演出 场 居民文化活动参与率 ≥40% 观众
    文化 添置 公共图书 册 图书年流通率 ≥60% 读者
    文化 培训 文艺骨干 人 文艺骨干留用率 ≥80% 文艺骨干
    """.strip().splitlines()
)
NAMES = len(PLACES) * len(THEMES) * len(KINDS)
"""Number of different project names."""


def project(rng: Random, office: tuple[str, str], ordinal: int, name: int) -> ProjectDocument:
    """Return a project table of `office` (code, name) with eight indicators. name: 0 to NAMES - 1, selects its name."""
    rest, place_number = divmod(name, len(PLACES))
    kind_number, theme_number = divmod(rest, len(THEMES))
    place, theme, kind = PLACES[place_number], THEMES[theme_number], KINDS[kind_number]
    code = f"{office[0][:3]}-1303-JBN-{code_of(name)}"
    return written(rng, office, ordinal, code, Project(place, theme, kind))


@dataclass(frozen=True, slots=True)
class Project:
    """What a generated table is about. place: where in the office's area, may be blank."""

    place: str
    theme: Theme
    kind: str

    @property
    def name(self) -> str:
        return f"{self.place}{self.theme.thing}{self.theme.work}{self.kind}"


def written(rng: Random, office: tuple[str, str], ordinal: int, code: str, about: Project) -> ProjectDocument:
    """A sound project table of `office` (code, name)."""
    count, price = rng.randrange(5, 400), rng.randrange(3, 180) * 50
    total = count * price
    other = total // 4 if rng.random() < 0.2 else 0
    spring, summer, autumn = rng.randrange(5, 30), rng.randrange(35, 60), rng.randrange(65, 95)
    return ProjectDocument(
        ordinal=ordinal,
        office_code=office[0],
        office_name=office[1],
        project_code=code,
        project_name=about.name,
        budget=Budget(f"{total}.00", f"{total - other}.00", f"{other}.00" if other else ""),
        purpose=_purpose(rng, about, count, price),
        spending_plan=SpendingPlan(f"{spring}.00", f"{summer}.00", f"{autumn}.00", "100.00"),
        goals=_goals(rng, about, count),
        indicators=tuple(Indicator(row_id(rng), *row) for row in _indicators(rng, about.theme, count, price)),
    )


def _purpose(rng: Random, about: Project, count: int, price: int) -> str:
    theme = about.theme
    ending = rng.choice(
        (
            f"用于支付{theme.thing}{theme.work}所需的人工、材料和服务费用，按合同约定分期支付。",
            f"按季度验收{theme.thing}{theme.work}的完成情况，验收合格后支付。",
            f"由中标单位承担{theme.thing}{theme.work}，签订合同后付三成，验收后付清。",
        )
    )
    done = f"{theme.work}{about.place}{theme.thing}{count}{theme.unit}，每{theme.unit}{price}元，共{count * price}元"
    return f"{done}，{ending}"


def _goals(rng: Random, about: Project, count: int) -> str:
    theme, month, served = about.theme, rng.randrange(9, 12), count * rng.randrange(3, 40) + rng.randrange(3)
    effect, people = theme.effect + _in_words(theme.change), f"{about.place}{served}名{theme.people}"
    effects = (
        f"{people}得到及时、规范的服务，{effect}。",
        f"{effect}，{people}满意度达到90%以上。",
        f"通过{theme.work}{theme.thing}使{people}受益，{effect}。",
    )
    return (
        f"1、全年{theme.work}{about.place}{theme.thing}{count}{theme.unit}，{month}月底前全部完成并通过验收。\n"
        f"2、{rng.choice(effects)}"
    )


def _in_words(value: str) -> str:
    return f"不超过{value[1:]}" if value[0] == "≤" else f"达到{value[1:]}以上"


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
    yield "效益指标", "社会效益指标", theme.effect, f"年末{theme.effect}的统计结果", theme.change, "历史数据"
    yield "效益指标", "可持续影响指标", "长效管理机制", "是否建立并执行长效管理制度", "建立", basis
    yield (
        "满意度指标",
        "服务对象满意度指标",
        f"{theme.people}满意度",
        f"问卷调查中满意的{theme.people}占比",
        "≥90%",
        "问卷调查",
    )


_STREET_DUTIES = ("基层组织建设", "社会治安综合治理", "公共服务与社会保障", "环境卫生管理", "安全生产监督")


def department(
    rng: Random, office: tuple[str, str], duties: Sequence[str] = _STREET_DUTIES, people: str = "居民"
) -> DepartmentDocument:
    return DepartmentDocument(
        overall=f"{office[1]}**以{people}需求为导向**，统筹推进各项任务：\n\n"
        + "\n".join(f"- 做好{duty}" for duty in duties[:3]),
        duties=tuple(Duty(row_id(rng), name, _duty(rng, name)) for name in duties),
        safeguards=tuple(
            Safeguard(row_id(rng), title, f"{title}，责任到人，按季度检查通报。")
            for title in ("加强组织领导", "严格资金管理", "强化绩效监控")
        ),
    )


def _duty(rng: Random, name: str) -> str:
    return f"按计划完成{name}各项任务，全年检查{rng.randrange(4, 60)}次，考核得分达到{rng.randrange(80, 99)}分以上。"


def row_id(rng: Random) -> str:
    return "".join(rng.choices(_ID_LETTERS, k=8))


def code_of(number: int) -> str:
    """The last four characters of a project code."""
    digits = ""
    for _ in range(4):
        number, rest = divmod(number, 36)
        digits = _CODE_LETTERS[rest] + digits
    return digits
