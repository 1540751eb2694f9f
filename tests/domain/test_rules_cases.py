"""For every rule of values, measures, filing, money and wording: what it finds, and near misses on which it is silent.

The near misses are written as such tables look in real life: other departments, schools, hospitals, roads.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.documents import DepartmentDocument, Duty, PerformanceText, ProjectDocument, SpendingPlan
from portal.domain.rules import RULES, YearRules
from tests.domain.rule_cases import SOUND, YEAR, Case, row, rules_against

PAY = "按时发放的人数占应发人数的比例"
SCALE = "≥90%为优；≥80%且＜90%为良；＜80%为差"
BUS = {"project_name": "车辆保险费", "purpose": "2辆公务用车交强险和商业险，每辆2000元。"}
NOBODY_COUNTED = {
    "purpose": "退休居委会主任生活补贴，每人每月540元。",
    "goals": "按月发放退休居委会主任生活补贴。",
    "budget/total": "98280",
    "budget/fiscal": "98280",
    "indicators/row01/level3": "报酬发放人数",
    "indicators/row01/target_value": "＝100%",
    "indicators/row04/target_value": "＝540元/人·月",
}
"""The sound table paying a standard, without a word of how many there are."""
LEVELLED = "indicators/row01/"


def value(text: str, description: str = "") -> Case:
    return row("产出", "质量", "绿地养护达标率", description or "全年情况", text)


def tables(*changed: ProjectDocument, department: DepartmentDocument | None = None) -> PerformanceText:
    numbered = tuple(
        replace(table, ordinal=n, project_code=f"610-1301-JBN-T{n:03d}", project_name=f"{table.project_name}{n}")
        for n, table in enumerate(changed, 1)
    )
    return PerformanceText(department, numbered)


def weighted(*weights: str) -> PerformanceText:
    """The sound table in a form whose weights add up to 90."""
    rows = tuple(replace(one, weight=weight) for one, weight in zip(SOUND.indicators, weights, strict=False))
    return tables(replace(SOUND, form="sichuan-2023", indicators=rows))


def goals(text: str) -> ProjectDocument:
    return replace(SOUND, goals=text, purpose="甲类项目3个。")


def plan(*percents: str) -> ProjectDocument:
    return replace(SOUND, spending_plan=SpendingPlan(*percents))


def filed(level2: str, name: str) -> ProjectDocument:
    changed = replace(SOUND.indicators[1], level2=level2, level3=name)
    return replace(SOUND, indicators=(SOUND.indicators[0], changed, *SOUND.indicators[2:]))


def duties(*pairs: tuple[str, str]) -> DepartmentDocument:
    return DepartmentDocument("总体", tuple(Duty(f"duty{n}", *pair) for n, pair in enumerate(pairs)))


def without(*level2: str) -> ProjectDocument:
    kept = tuple(one for one in SOUND.indicators if one.level2.removesuffix("指标") not in level2)
    return replace(SOUND, indicators=kept)


FOUND: dict[str, list[Case]] = {
    "E13": [
        weighted("30", "30", "20"),
        weighted("90", "9成"),
        weighted("90", "0"),
        weighted("30", "30", "31"),
    ],
    "E6": [
        *(value(text, "反映实施后辖区环境的变化") for text in ("逐年提高", "全面提升", "得到有效保障", "和谐稳定")),
        *(value(text, "反映实施后辖区环境的变化") for text in ("群众满意", "大幅度提升", "提升居民幸福感", "同上")),
        *(value(text) for text in ("约50人", "近500人", "≤9台（套）以上")),
        *(value("≥90"), value("提高", "提高居民满意水平")),
        *(
            value("持续改善", text)
            for text in ("反映8个小区的情况", "按照要求改善", "根据工作计划改善", "群众参与次数")
        ),
        *(
            value(text)
            for text in ("视进展情况确定", "据实结算", "以实际发生为准", "根据工作需要", "另行通知", "待测算后确定")
        ),
        *(value(text) for text in ("若干场", "数次", "不少于若干场", "多家", "≥XX人", "≤**万元", "≥ %", "≥万元")),
        row("产出", "成本", "维修费用", value="30万以内"),
        row("产出", "时效", "项目完成时间", value="44,561"),
        *(value("≥90%以内"), value("3个社区，5场"), value("≥"), value("较好"), value("逐步提高"), value("明显改善")),
        *(value("合理"), value("有效提升"), value("可控")),
        *(value("≥__人"), value("≥＿＿次/辆"), value("__月__日前完成"), value("＝100%，每年____次")),
    ],
    "E9": [value("≥90%；≧90%为优；80%-90%为良；80%以下为差"), value("≥95%；≥90%为优；＜80%为差")],
    "E10": [value(SCALE), value("优：≥90%；良：80%≤x<90%；差：<80%")],
    "E11": [
        *(row("产出", "数量", "培训社工人数", value="≥20人", basis=basis) for basis in ("/", "——", "待定")),
        row("产出", "数量", "培训社工人数", value="≥20人", basis=""),
        row("产出", "数量", "巡查次数", value="≥9次", basis=" "),
    ],
    "W1": [tables(without("数量"))],
    "W2": [tables(without("成本"))],
    "W22": [
        *(value(text) for text in ("100%", "100百分比", "满意度100%", "90%（12月底前）", "985米", "百分之百", "3万")),
        row("产出", "成本", "社区工作人员报酬标准", value="540元/人·月"),
        row("效果", "生态效益", "国省道公路PQI值", "检测路段的平均值", "90"),
    ],
    "W23": [
        row("产出", "成本", "项目总成本", value="＝100%"),
        row("产出", "数量", "补助发放人数", value="＝100%"),
        row("产出", "数量", "慰问户数", value="≥50人"),
        row("产出", "数量", "慰问人数", value="≤2万元"),
        row("产出", "数量", "业务经费安排金额", value="＝28万元"),
        row("产出", "质量", "补助足额发放率", value="≥1人/年"),
        row("产出", "时效", "维修完成时间", value="≥95%"),
        row("产出", "数量", "道路维修里程", value="≥4条"),
        row("满意度", "服务对象满意度", "居民满意度", value="≥300人"),
    ],
    "W24": [
        {"goals": "1、辖区7个社区42名社区工作人员报酬。\n2、每人每月2400元，发放12个月。"},
        {
            "goals": "用于辖区7个社区42名社区工作人员报酬，每人每月2400元。",
            "purpose": "辖区7个社区42名社区工作人员报酬，每人每月2400元。",
        },
    ],
    "W3": [
        *(row("效果", "社会效益", name, value="有变化") for name in ("社会影响", "工作成效")),
        row("产出", "时效", "及时性"),
        *(
            row("效果", "社会效益", name)
            for name in ("社会效益", "可持续影响指标", "指标1", "重点工作完成率", "目标任务按期完成率", "工作完成质量")
        ),
        *(
            row("产出", "时效", name)
            for name in (
                "及时率",
                "及 时 率（%）",
                "足额率",
                "满意率",
                "各项工作落实率",
                "辖区各项工作任务完成率",
                "工作完成及时率",
                "覆盖率",
                "满意度",
            )
        ),
    ],
    "W4": [
        row("产出", "质量", "道路完好率", "群众对道路的满意度"),
        row("效果", "社会效益", "事故下降率", "安全员培训合格率"),
        row("产出", "质量", "社区干部工资足额发放率", "是否在每月10日前发放"),
        row("满意度", "服务对象满意度", "群众服务工作覆盖率", "提高群众满意度"),
        row("产出", "质量", "社区干部工资足额发放率", "是否按时发放社区干部工资"),
        row("效果", "社会效益", "惠民政策知晓率", "惠民政策覆盖率达到规定要求"),
    ],
    "W5": [
        *(
            row("效果", "社会效益", name, value="≥4次")
            for name in (
                "宣传惠民政策",
                "开展安全宣传",
                "培训村干部人数",
                "印发宣传资料份数",
                "消防安全演练次数",
                "就业培训人次",
            )
        ),
        row("效果", "经济效益", "设备采购完成率", value="＝100%"),
        *(
            row("效果", "社会效益", name, PAY, "＝100%")
            for name in ("安全员工资发放率", "就业补助资金支付率", "稳定岗位补贴发放人数", "安全生产宣传活动场次")
        ),
        row("效果", "社会效益", "走访慰问户数", value="≥42户"),
        row("效果", "经济效益", "综合服务中心人员工资发放及时率", PAY, "＝100%"),
        row("效果", "社会效益", "每月足额缴纳社区人员社保缴费", "缴费人数", "＝100%"),
        row("效果", "社会效益", "政策宣传开展率"),
        row("效果", "社会效益", "开展宣传活动次数", value="≥6次"),
        row("效果", "经济效益", "各项工作落实率"),
    ],
    "W6": [
        row("满意度", "服务对象满意度", "居民投诉处理率"),
        row("满意度", "服务对象满意度", "群众意见征集次数", value="≥4次"),
        *(
            row("满意度", "服务对象满意度", name)
            for name in ("群众服务工作覆盖率", "政策知晓率", "工资发放及时率", "业务办结率")
        ),
    ],
    "W8": [
        {"goals": "按月发放42名社区工作人员报酬，全年不拖欠，队伍稳定。\n2、2019年度社区工作人员42人报酬。"},
        *(
            {"goals": text}
            for text in (
                "2019年1月至12月按月发放42人报酬。",
                "2019年底前42人报酬足额发放。",
                "到2019年底，42人报酬全部发放。",
                "计划于2019年6月发放42人报酬。",
                "2019全年按月发放42人报酬。",
            )
        ),
        {"goals": "2018年争取与两家公司合作，研制特色产品。"},
        {"purpose": "2019年度社区工作人员42人报酬。"},
        {"goals": "二〇一九年发放报酬42人。"},
        {"project_name": "提前下达2021年社区干部生活补助资金"},
        {"indicators/row05/description": "2019年办结事项占比"},
    ],
    "W10": [
        row("满意度", "服务对象满意度", "服务对象好评率", value="＝100%"),
        row("效果", "社会效益", "居民政策知晓情况", value="＝100%"),
        row("满意度", "服务对象满意度", "受助对象满意度", value="百分之百"),
        row("满意度", "服务对象满意度", "受助对象满意度", value="＝100%"),
        row("效果", "社会效益", "政策知晓率", value="≥100%"),
        row("满意度", "服务对象满意度", "社区人员满意率", value="100百分比"),
    ],
    "W11": [
        row("产出", "时效", "失能老人护理补贴发放及时率", value="≥95%"),
        row("产出", "质量", "残疾人两项补贴足额发放率", value="≥95%"),
        row("产出", "时效", "网格员补助按时发放率", value="≥95%"),
        row("产出", "时效", "教师工资按时到位率", value="≥95%"),
        row("产出", "时效", "住房公积金足额缴纳率", value="不低于九成"),
        row("效果", "社会效益", "工资按时发放率", PAY, "≥95%"),
        row("产出", "时效", "工资发放及时率", PAY, "发放率≥95%（2019年为92%）"),
        row("产出", "时效", "工资发放及时率", PAY, "≥95%"),
        row("产出", "质量", "社会保险足额缴纳率", PAY, SCALE),
        row("产出", "时效", "及时率", "及时发放预算外人员工资，缴纳保险", "≧90%为优；80%-90%为良；80%以下为差"),
        row("产出", "时效", "最低生活保障金按时发放率", PAY, "≥98%"),
    ],
    "W12": [
        NOBODY_COUNTED
        | {
            "purpose": "退休居委会主任15人生活补贴，每人540元/月，合计97200元。",
            "indicators/row04/target_value": "＝540元/人·月",
        },
        NOBODY_COUNTED,
        NOBODY_COUNTED | {"budget/total": "97200", "budget/fiscal": "97200"},
        NOBODY_COUNTED | {"purpose": "退休居委会主任16人生活补贴，每人每月540元。"},
        NOBODY_COUNTED
        | {"purpose": "退休居委会主任生活补贴，每人每年1200元。", "indicators/row04/target_value": "＝1200元/人·年"},
    ],
    "W13": [
        {
            "purpose": "为42名网格员购买人身意外险，每人120元。",
            **{f"spending_plan/{month}": percent for month, percent in (("march", "25"), ("june", "60"))},
        },
        tables(*[plan("25", "60", "90", "100")] * 4),
        BUS,
    ],
    "W14": [
        row("产出", "数量", "培训社工人数", value="≥20人", basis="山政办字2019年12号"),
        *(
            row("产出", "数量", "培训社工人数", value="≥20人", basis=basis)
            for basis in (
                *(
                    "冀财资[2017]674号",
                    "山民［2012］18号文",
                    "秦发《2001》15号",
                    "办纪【2014】1号",
                    "山字(2012)2号",
                    "冀财预〔2019〕第12号",
                ),
                *("冀财预〔2019〕012号", "冀财预2019-12号", "根据冀财资（2017）674号"),
            )
        ),
    ],
    "W15": [
        *(row("产出", "时效", name) for name in ("补贴按时按质发放率", "覆盖率/合格率", "群众知晓率满意率")),
        *(
            row("产出", "时效", name)
            for name in (
                "工资发放足额及时率",
                "补贴及时足额发放率",
                "低保金发放准确及时率",
                "政策知晓率和群众满意度",
                "知晓率、覆盖率",
            )
        ),
    ],
    "W16": [
        *({"goals": text} for text in ("发放率≧95%，42人。", "占比90百分比，42人。", "１２次，42人。")),
        {"goals": "（含保险）,确保42人到位。"},
        value("≧90%"),
        value("≦5次"),
        value("＝100百分比"),
        value("≥９０%"),
        value(">=90%"),
        {"goals": "发放工资,缴纳保险42人。"},
    ],
    "W17": [
        *(row("产出", "质量", name, value="＝100%") for name in ("改造背街小巷", "编印工作简报", "按期拨付资金")),
        *(
            row("效果", "社会效益", name)
            for name in ("促进辖区和谐稳定", "为群众办实事解难题", "机关运转有序", "居民素质提升")
        ),
        *(row("效果", "社会效益", name, value="明显改善") for name in ("美化环境", "提升公共服务能力")),
        row("产出", "数量", "网格员56人", value="≥56个"),
        row("产出", "成本", "15万元", value="≤15万元"),
        row("产出", "数量", "42座公厕", value="≥42座"),
        row("满意度", "服务对象满意度", "满意率90%以上"),
        *(row("产出", "时效", name, value="全年") for name in ("2020年1月至12月", "全年", "12月底前完成", "7月至8月")),
        row("产出", "质量", "发放社区干部人员工资", value="＝100%"),
        row("产出", "质量", "每月足额缴纳社区人员社保缴费", value="＝100%"),
        row("产出", "质量", "开展文明城市创建宣传", value="完成"),
        row("产出", "时效", "按要求完成街道各类任务", value="≥95%"),
    ],
    "W18": [
        {"purpose": "非税收入用于弥补单位经费，用于预算外人员工资等。"},
        {"purpose": "根据山民〔2012〕18号、《关于推进社区建设的意见》（秦发〔2001〕15号）发放生活补贴。"},
        {"purpose": "综合服务中心人员2020年度人员经费，包括工资及各类保险。"},
        {"purpose": "进一步强化社区服务群众，统一管理，维护稳定。"},
    ],
    "W19": [
        *(
            row("产出", "数量", "培训社工人数", value="≥20人", basis=basis)
            for basis in (
                "主管部门要求",
                "区委区政府要求",
                "根据工作实际需要确定",
                "国家有关规定",
                "上级文件",
                "财政拨款",
            )
        ),
        *(
            row("产出", "数量", "培训社工人数", value="≥20人", basis=basis)
            for basis in ("财政统一安排", "工作需要", "按规定。", "无", "实际情况", "上级要求", "同上")
        ),
    ],
    "W20": [
        tables(filed("质量", "各项工作落实率"), filed("时效", "各项工作落实率")),
        tables(filed("质量", "辖区道路平整率"), filed("时效", "道路平整率")),
        tables(filed("质量", "达标率高"), filed("时效", "达标率高")),
    ],
    "W21": [
        {"goals": "1、按月向42名社区工作人员发放报酬，2、新建口袋公园3处。"},
        {"goals": "1、按月向42名社区工作人员发放报酬。\n2、规范设置红色物业、培育志愿组织。"},
        tables(SOUND, department=duties(("征兵", "完成依法征兵任务。"), ("防汛", "汛期值守，排查险工险段。"))),
    ],
}

SILENT: dict[str, list[Case]] = {
    "E1": [
        *(
            {"budget/total": total, "budget/fiscal": fiscal, "budget/other": other}
            for total, fiscal, other in (
                *(
                    ("1,209,600.00", "1209600", ""),
                    ("1209600", "", "1209600"),
                    ("0.30", "0.10", "0.20"),
                    ("100", "100", "0"),
                ),
                ("9600.50", "9600", "0.5"),
            )
        ),
    ],
    "E2": [
        *(
            tables(plan(*percents))
            for percents in (
                *(
                    ("0", "0", "0", "100"),
                    ("100", "100", "100", "100"),
                    ("8.33", "50", "50", "100"),
                    ("0", "100.00", "100", "100"),
                ),
                ("25.5", "25.5", "99.99", "100.0"),
            )
        ),
    ],
    "E3": [
        *(
            {"project_code": code, "project_name": name}
            for code, name in (
                *(("610-1301-JBN-OTTA", "甲"), ("610-9999-ZZZ-0000", "乙"), (" 610-1301-JBN-3Y43 ", "丙")),
                *(("610-1201-YBN-9228", "社区工作人员报酬（二）"), ("610-1301-JBN-A000", "2020年报酬")),
            )
        ),
    ],
    "E4": [
        *(
            (level1, level2, "绿地养护面积", "养护面积", "≥9公顷", "合同")
            for level1, level2 in (
                *(
                    ("产出", "数量"),
                    ("产出指标", "成本"),
                    ("效果", "可持续影响指标"),
                    ("满意度", "服务对象满意度"),
                    (" 产出指标", "时效指标 "),
                ),
            )
        ),
    ],
    "E5": [
        tables(without("质量", "时效")),
        tables(without("可持续影响")),
        {LEVELLED + "level1": "产出"},
        {"indicators/row05/level1": "效益指标"},
        {"indicators/row07/level1": "满意度"},
    ],
    "E6": [
        *(
            value(text)
            for text in ("正常", "到位", "高中", "≤10个工作日（不含5日公示期）", "近零排放", "≤15/10万", "1比19")
        ),
        row("效果", "生态效益", "国省道公路PQI值", "检测路段的平均值", "≥90"),
        row("效果", "生态效益", "道路行驶质量指数（RQI）", "检测路段的平均值", "≥3.6"),
        row("效果", "生态效益", "水质pH值", "每月检测的平均值", "6.5-8.5"),
        *(value(text) for text in ("≤0", "＝0", "不高于1∶20", "≤30分钟（7×24小时）", "≥12期（每月1期）")),
        *(value(text) for text in ("5万元以下（不含5万元）", "不少于500个（其中充电车位50个）", "≥90分（满分100）")),
        *(value(text) for text in ("9台（套）以上", "2h内", "≥20㎥", "1次性验收合格", "5A级", "达到20年一遇")),
        *(value(text) for text in (">90%且<95%", "3次以上5次以下", "90%≤达标率≤100%", "100%±2%")),
        *(value(text) for text in ("2020年12月底前完成3处", "≥95%（2019年为92%）")),
        *(
            value(text)
            for text in (
                "≥90%",
                "＝100%",
                "不低于90%",
                "≤10次",
                "达到95%以上",
                "3-5次",
                "百分之九十五以上",
                "每月不少于1次",
            )
        ),
        *(
            value(text)
            for text in (
                "验收合格",
                "11月30日前",
                "建立并执行",
                "零事故",
                "0次",
                "制度健全",
                "较上年提高5%",
                "地表水Ⅲ类",
            )
        ),
        *(
            value(text)
            for text in (
                "二级",
                "≥1:1.2",
                "≥90%，每降低1%扣0.5分",
                "7×24小时",
                "正常运转",
                "通过省级验收",
                "优秀",
                "达到国家二级标准",
                "不超过市下达控制指标",
                "长期有效运行3年以上",
            )
        ),
        *(value("V_2版上线运行"), value("≥90%——抽查")),
        value("提高", "参训人员结业考核平均分是否高于入学测试"),
        value("合理", "经第三方造价审核，支出控制在预算范围内"),
        value("及时", "每月15日前发放到位"),
        value(f"≥90%；{SCALE}"),
        value(SCALE),
    ],
    "E7": [
        *(
            row("产出", "质量", name)
            for name in ("报酬发放率", "报酬足额发放率（二）", "社工报酬足额发放率", "培训率", "报酬足额率")
        ),
    ],
    "E8": [
        *(
            {"goals": text}
            for text in (
                "1、发放工资3人\n2、发放工资4人",
                "1.5万元用于培训\n2.5万元用于培训",
                "3月底完成\n6月底完成",
                "发放工资。发放工资。",
                "甲\n\n\n乙",
            )
        ),
    ],
    "E9": [
        *(
            value(f"≥90%；{scale}")
            for scale in (
                *(SCALE, "优：≥90%；良：80%≤x<90%；差：<80%", "90-100分为优，80-89分为良，79分以下为差"),
                *("100%为优；≥90%且<100%为良；<90%为差", "90%以上为优，80%（含）-90%（不含）为良，80%（不含）以下为差"),
            )
        ),
    ],
    "E10": [
        *(
            value(text)
            for text in (
                f"≥95%；{SCALE}",
                f"≥95%（{SCALE}）",
                "≥95%合格",
                "验收结论为优",
                "优良率≥90%",
                f"通过验收；{SCALE}",
            )
        ),
    ],
    "E11": [
        *(
            row("产出", "数量", "培训社工人数", value="≥20人", basis=basis)
            for basis in ("冀财资〔2017〕674号", "合同", "历史数据", "GB 5749-2022")
        ),
        row("产出", "数量", "培训社工人数", value="", basis=""),
    ],
    "W1": [
        tables(without("质量", "时效")),
        tables(without("成本")),
        {"indicators/row02/level2": "数量指标"},
        {"indicators/row01/level2": "数量"},
        {"indicators/row01/level2": ""},
    ],
    "W2": [
        tables(without("数量")),
        {"indicators/row04/level2": "成本"},
        {"indicators/row04/level3": "社区工作人员报酬"},
        {"indicators/row04/target_value": "≤2400元/人·月"},
        tables(ProjectDocument()),
    ],
    "W3": [
        *(
            row("产出", "质量", name)
            for name in (
                *(
                    "报酬发放及时率",
                    "竣工验收合格率",
                    "居民满意度",
                    "服务对象满意度",
                    "设备完好率",
                    "早诊率",
                    "疫苗接种率",
                    "政策知晓率",
                ),
                *(
                    "资金支付及时率",
                    "项目验收合格率",
                    "重大隐患整改率",
                    "在校生巩固率",
                    "任务工单办结率",
                    "完成时间",
                    "项目总成本",
                    "水费收缴率",
                ),
            )
        ),
    ],
    "W4": [
        row("产出", "质量", "路灯亮灯率", "保障居民夜间出行安全，提高群众满意度"),
        row("产出", "质量", "政策宣讲到课率", "实到人数占应到人数的比例，提高群众政策知晓率"),
        row("效果", "社会效益", "两癌筛查率", "妇女两癌检查覆盖率"),
        row("产出", "质量", "道路完好率", "完好路段占比，另行调查群众满意度"),
        row("产出", "质量", "诉求办结率", "办结件数占受理件数的比例，不含满意度"),
        row("满意度", "服务对象满意度", "参训人员评价优良率", "参训人员的满意度"),
        row("满意度", "服务对象满意度", "居民满意度", "问卷中认可服务的居民占比"),
        row("效果", "社会效益", "疫苗接种覆盖率", "实际接种人数占应种人数的比例"),
        row("效果", "社会效益", "医保政策知晓率", "问卷中了解报销比例的参保人占比"),
        row("产出", "质量", "报酬足额到账率", "按标准足额到账的人数占比，每月及时核对"),
        row("产出", "时效", "工资按时发放率", "每月15日前足额发放的月份占比"),
        row("产出", "质量", "培训合格率", "考试成绩达标人数占参训人数的比例，满意度另行调查"),
        row("满意度", "服务对象满意度", "参训人员满意度", "参训人员对课程安排的评价，覆盖率不低于八成"),
    ],
    "W5": [
        *(
            row("效果", "社会效益", name)
            for name in (
                "社会力量举办养老机构占比",
                "展会举办成交额",
                "招商引资项目资金到位率",
                "拖欠农民工工资支付率",
                "移动支付率",
            )
        ),
        row("效果", "社会效益", "受灾农户理赔兑现率"),
        *(
            row("效果", "社会效益", name)
            for name in (
                *(
                    "欠薪投诉件数",
                    "补贴发放带动就业人数",
                    "法律知识宣传知晓率",
                    "工资拖欠案件下降率",
                    "隐患整改完成率",
                    "居民诉求办结率",
                    "业务一次办结率",
                ),
                *(
                    "发放种苗带动农户增收",
                    "惠民政策覆盖率",
                    "机关正常运转天数",
                    "不合格食品处置率",
                    "活动参与人次增长率",
                ),
            )
        ),
    ],
    "W6": [
        *(
            row("满意度", "服务对象满意度", name)
            for name in (
                "居民满意度",
                "群众安全感",
                "服务好评率",
                "有责投诉件数",
                "师生认可度",
                "群众信访件数",
                "企业评议得分",
                "患者投诉下降率",
            )
        ),
    ],
    "W7": [
        tables(goals("按月发放工资。"), goals("按月发放工资。")),
        tables(goals("完成古城范围内12处排水管网改造。"), goals("完成南关范围内12处排水管网改造。")),
        tables(goals("全年培训就业困难人员120人，合格率95%以上。"), goals("全年培训就业困难人员80人，合格率95%以上。")),
        tables(
            goals("资金专款专用，按进度支付，年底前支付完毕。"), goals("资金专款专用，按进度支付，年底前支付完毕。")
        ),
        tables(
            goals("发放社区工作人员报酬42人，每月15日前到账。"), goals("缴纳社区工作人员保险42人，每月20日前到账。")
        ),
        tables(SOUND, department=duties(("公共服务", "居民事项在承诺期限内办结，队伍保持稳定。"))),
    ],
    "W8": [
        *(
            {"goals": text}
            for text in (
                "截止到2019年底，全街共有低保户42户。",
                "到2019年底我街道有60岁以上老人42人。",
                "恢复到2019年末水平，42户。",
                "巩固2019年底前脱贫的42户。",
                "对2019年底前登记在册的42名退役军人发放补助。",
                "发案数小于2019年，走访42户。",
                "贯彻2019年中央一号文件，走访42户。",
            )
        ),
        *(
            {"goals": text}
            for text in (
                "对2019年新认定的专精特新企业2家各奖励30万元。",
                "2019年度考核优秀的42名工作人员。",
                "2019年出生的儿童42名免费接种。",
                "2019年水毁工程修复3处。",
                "办结率2019年为93%，本年达到95%。",
                "2019年冬至2020年春清洁取暖补贴42户。",
                "截至2019年底，辖区有居民4200户。",
                "2019年12月底前建成的小区9个。",
                "2019年1月至今累计办结42件。",
            )
        ),
        *(
            {"goals": text}
            for text in (
                "办结率较2019年提高5%。",
                "2020年发放报酬42人。",
                "以2019年统计数据为基数。",
                "2018年以来持续推进，今年收尾。",
            )
        ),
        *(
            {"goals": text}
            for text in (
                "改造2000年底前建成的小区9个。",
                "支付2019年度工程尾款3笔。",
                "到2025年全面建成。",
                "2019年10月至2020年9月合同期。",
            )
        ),
        *(
            {"goals": text}
            for text in (
                "落实《2019年工作要点》。",
                "按照冀财资〔2017〕674号执行。",
                "2019—2020学年资助学生90人。",
                "1949年老干部2人。",
            )
        ),
        row("产出", "数量", "培训社工人数", value="≥20人", basis="2019年实际完成18人"),
        {"purpose": "2019年批复立项的绿化工程3处。"},
        {"purpose": "补缴2018年社会保险42人。"},
    ],
    "W9": [
        *({"goals": text} for text in ("居民代表会议表决42项。", "综合执法案件结案率95%以上，42件。")),
        *(
            {"goals": text}
            for text in (
                *(
                    "开展法制宣传12场，普及法律法规。",
                    "立法联系点征求意见6次。",
                    "组织居民学习民法典和法规42次。",
                    "法官进社区讲座4场。",
                ),
                *("组织人大代表视察4次。", "配合公安机关扫黑除恶，走访42户。", "校外教育辅导42名学生。"),
            )
        ),
    ],
    "W10": [
        *(
            row("满意度", "服务对象满意度", name, value="＝100%")
            for name in ("满意度回访率", "不满意件重办率", "检验机构认可评审通过率", "好评返现整治率")
        ),
        row("满意度", "服务对象满意度", "受助对象满意度", value="≥95%"),
        row("满意度", "服务对象满意度", "满意度调查完成率", value="＝100%"),
        row("满意度", "服务对象满意度", "投诉办结率", value="＝100%"),
        row("满意度", "服务对象满意度", "患者满意度", value="≥88分"),
        row("效果", "社会效益", "政策知晓率", value="≥90%"),
        row("产出", "质量", "验收合格率", value="＝100%"),
        row("满意度", "服务对象满意度", "不满意率", value="≤5%"),
    ],
    "W11": [
        *(
            row("产出", "质量", name, value="≥95%")
            for name in (
                "社保政策宣传到位率",
                "社保卡发放率",
                "公积金贷款发放及时率",
                "失业保险稳岗返还到位率",
                "公积金缴存率",
            )
        ),
        row("效果", "社会效益", "城乡居民养老保险缴费率", value="≥95%"),
        row("产出", "时效", "工资按时发放率", PAY, "＝100%"),
        row("效果", "社会效益", "城乡居民养老保险参保率", value="≥95%"),
        row("满意度", "服务对象满意度", "工资发放满意度", value="≥90%"),
        row("产出", "时效", "农民工工资支付投诉办结率", value="≥95%"),
        row("产出", "质量", "困难群众补贴发放准确率", value="≥99%"),
        row("产出", "成本", "人员工资占项目支出比重", value="≤60%"),
        row("产出", "数量", "发放工资人数", value="≥42人"),
        row("产出", "质量", "社会保险扩面缴费完成率", value="≥98%"),
        row("产出", "时效", "医疗保险零星报销支付时限", value="≤30天"),
    ],
    "W12": [
        *(
            NOBODY_COUNTED | {"purpose": text, "budget/total": total, "indicators/row04/target_value": standard}
            for text, total, standard in (
                ("为15人每人每月540元发放生活补贴。", "97200", "＝540元/人·月"),
                ("楼门长65人每人300元/年。", "19500", "＝300元/人·年"),
            )
        ),
        *(
            NOBODY_COUNTED | {"purpose": f"退休居委会主任15人生活补贴，每人每月540元，{span}。", "budget/total": total}
            for span, total in (("下半年", "48600"), ("7-12月", "48600"), ("第一季度", "24300"), ("前三季度", "72900"))
        ),
        {"purpose": "42名社区工作人员报酬，每人每月2400元，12个月。"},
        {"purpose": "42名社区工作人员报酬，每人每月2400元，另缴纳社会保险。"},
        {"purpose": "社区工作人员报酬，一档每人每月2800元，二档每人每月2400元，共42人。"},
        {
            "purpose": "15人生活补贴，每人每月540元，共97200元。",
            "budget/total": "97200",
            "indicators/row04/target_value": "＝540元/人·月",
        },
        {"purpose": "会议费，每人每天450元，120人3天。"},
        {"purpose": "报酬42人，每人每月2400元，6个月。", "budget/total": "604800"},
        {"purpose": "报酬标准每人每月2400元，人数见指标。"},
    ],
    "W13": [
        BUS | {"purpose": "春节前慰问困难党员30人、七一前慰问老党员20人、重阳节慰问老人50人。"},
        BUS | {"project_name": "网格员岗位补助", "purpose": "网格员42人岗位补助及人身意外险。"},
        BUS | {"project_name": "应急抢险", "purpose": "突发意外险情抢险12次。"},
        tables(*[plan("25", "60", "90", "100")] * 3),
        tables(*[plan("25", "60", "90", "100")] * 4, plan("0", "100", "100", "100")),
        BUS | {"spending_plan/march": "0", "spending_plan/june": "100", "spending_plan/october": "100"},
        BUS | {"purpose": "2辆公务用车燃油、维修和交强险，每辆3.8万元。"},
        {"purpose": "为42名失独家庭成员发放一次性抚慰金，每人1000元。"},
        tables(*[plan("", "", "", "")] * 5),
    ],
    "W14": [
        *(
            row("产出", "数量", "培训社工人数", value="≥20人", basis=basis)
            for basis in ("应对2020年6号台风", "省政府令2018年3号", "国家卫健委2019年7号公告")
        ),
        row("产出", "数量", "维修房屋处数", "完成社区2020年5号楼维修", "≥1处"),
        *(
            row("产出", "数量", "培训社工人数", value="≥20人", basis=basis)
            for basis in (
                *(
                    "冀财资〔2017〕674号",
                    "GB 5749-2022",
                    "《安全生产法》",
                    "（2019）冀0303民初12号",
                    "2019年第3号公告",
                    "秦财行〔2018〕29号文",
                ),
                *("山编〔2017〕15号；办纪〔2017〕34号", "会议纪要12号", "统计年鉴（2019）", "[2017]年度计划"),
            )
        ),
    ],
    "W15": [
        *(
            row("产出", "质量", name)
            for name in ("森林覆盖率增长率", "满意度提升率", "犯罪率下降率", "心率监测设备完好率")
        ),
        *(
            row("产出", "时效", name)
            for name in (
                *(
                    "报酬按时发放率",
                    "按时办结率",
                    "及时完成率",
                    "竣工验收合格率",
                    "制度和程序合规率",
                    "进度和质量达标率",
                    "疫苗接种率",
                ),
                *("安全稳定运行率", "居民和商户满意度", "设备安装及时率", "高血压和糖尿病患者规范管理率"),
            )
        ),
    ],
    "W16": [
        *(value(text) for text in ("≥90%", "≤5次", "＝100%", "≥90％", "＞3次")),
        {"goals": "发放报酬（42人），占比100%；PM2.5下降。"},
        {"goals": "时间8:30-17:30，电话12345,热线畅通。"},
        {"purpose": "打印机3台(单价1,200元)，A4纸42箱。"},
    ],
    "W22": [
        *(
            value(text)
            for text in ("≥90%", "＝100%", "3-5次", "0次", "验收合格", "100%以内", "不少于3次", "11月30日前", "≥90")
        ),
    ],
    "W23": [
        row("产出", "数量", "网格员人数", value="≥12个"),
        row("产出", "成本", "政府采购支出金额", "中标价占预算价的比例", "≤95%"),
        row("产出", "质量", "路面破损发生率", value="≤3处/公里"),
        row("产出", "时效", "巡查频率", value="≥2次/周"),
        row("效果", "社会效益", "甲类传染病发病率", value="≤0.1例/10万人"),
        row("满意度", "服务对象满意度", "患者满意度", value="≥88分"),
        row("产出", "成本", "检测试剂单价", value="≤7元/人份"),
        row("产出", "数量", "贷款贴息支持贷款金额", value="≥300万元"),
        row("产出", "时效", "项目完成时间", value="2020年11月底前"),
        row("效果", "社会效益", "死亡人数", value="0人"),
    ],
    "W24": [
        {"goals": "1、按月向42名社区工作人员足额发放报酬，全年不拖欠。"},
        {"goals": "42名社区工作人员报酬按月发放，居民办事有人接待、有人办理，满意度达到90%以上。"},
        {"purpose": "采购打印机3台。", "goals": "采购打印机3台，5月底前投入使用，办公文印不再外包。"},
        {"goals": ""},
        {"goals": "", "purpose": ""},
    ],
    "W17": [
        *(row("效果", "生态效益", name, value="≥3%") for name in ("单位建筑能耗降低", "减少化肥使用")),
        row("效果", "可持续影响", "管护主体落实", value="签订管护协议"),
        row("效果", "社会效益", "群众安全感", value="≥96%"),
        row("效果", "社会效益", "保障水平", value="≥95%"),
        row("产出", "数量", "12345热线受理件数", value="≥300件"),
        row("产出", "数量", "65岁以上老年人体检率"),
        row("产出", "质量", "5G基站覆盖率"),
        *(row("产出", "质量", name, value="合格") for name in ("编制外教师合格", "新建绿地成活", "聘请教练资质")),
        row("产出", "时效", "新建校舍竣工", value="2020年8月底前"),
        row("产出", "数量", "举办培训班", value="≥3期"),
        row("产出", "数量", "购置图书", value="≥4000册"),
        row("产出", "数量", "改造老旧小区", value="≥5个"),
        row("产出", "质量", "发放补贴准确率", value="＝100%"),
        row("产出", "数量", "宣传活动场次", value="≥12场"),
        row("产出", "时效", "完成时间", value="11月底前"),
        row("效果", "社会效益", "提高居民防灾意识", "问卷平均分是否高于上年", "提高"),
        row("产出", "质量", "完成率", value="≥90%"),
        row("产出", "成本", "组织活动成本", value="≤1000元/场"),
    ],
    "W18": [
        *(
            {"purpose": text}
            for text in (
                *(
                    "社区工作人员42人。",
                    "租用办公用房三间，全年房租。",
                    "发放十二个月生活补贴。",
                    "采购服务器2台。",
                    "每人每月540元。",
                ),
                *("按人均89元标准补助。", "维修道路一千二百平方米。"),
            )
        ),
    ],
    "W19": [
        *(
            row("产出", "数量", "培训社工人数", value="≥20人", basis=basis)
            for basis in (
                "历史数据",
                "工作计划",
                "行业标准",
                "合同",
                "财政评审结果",
                "2019年实际",
                "区政府工作报告",
                "三定方案",
                "问卷调查",
                "预算测算表",
            )
        ),
    ],
    "E12": [
        {"budget/other": ""},  # nothing from elsewhere
        {"spending_plan/march": ""},  # E2 says it
        {"indicators/row01/basis": ""},  # E11 says it
        {"indicators/row01/target_value": "无"},
        {"purpose": "1"},
        {"indicators/row01/description": "同指标名称"},
        row("产出", "数量", "培训社工人数", value="0"),
    ],
    "W20": [
        tables(filed("质量", "验收合格率"), filed("质量", "验收合格率")),
        tables(filed("质量", "工程验收合格率"), filed("时效", "工程验收及时率")),
        tables(filed("质量", "甲路面平整率"), filed("时效", "乙路面平整率")),
        tables(filed("质量", "合格率"), filed("时效", "合格率")),
        tables(filed("质量", "辖区达标率高"), filed("时效", "达标率高")),  # what is left is too short to tell
        tables(filed("质量指标", "绿地养护达标率"), filed("质量", "绿地养护达标率")),
    ],
    "E13": [
        weighted("30", "30", "30"),
        weighted("30.5", "29.5", "30"),
        weighted("40", "40", "10"),
        weighted("90"),
        tables(SOUND),  # its form keeps no weights
        tables(replace(SOUND, form="sichuan-2023", indicators=())),
    ],
    "W21": [
        {"goals": "群众获得感明显增强，满意度不断提升。"},
        {"goals": "1、按月向42名社区工作人员发放报酬。\n2、资金专款专用。"},
        {"goals": "各项工作正常开展，机关正常运转。"},
        {"goals": "居民办事方便。"},
        {"goals": ""},
        {"goals": "稳定社区工作人员队伍，减少人员流失。"},
        tables(
            SOUND, department=duties(("征兵", "完成征兵任务。"), ("其他指导、管理、协调和服务职能", "完成其他任务。"))
        ),
        tables(SOUND, department=duties(("社区建设", "建好社区工作人员队伍，居民办事有人接待。"))),
        tables(SOUND, department=duties()),
    ],
}


@pytest.mark.parametrize(("rule", "case"), [(rule, case) for rule, cases in FOUND.items() for case in cases])
def test_found(rule: str, case: Case) -> None:
    assert rule in rules_against(case)


@pytest.mark.parametrize(("rule", "case"), [(rule, case) for rule, cases in SILENT.items() for case in cases])
def test_near_miss(rule: str, case: Case) -> None:
    assert rule not in rules_against(case)


def test_every_rule_has_near_misses() -> None:
    assert {rule.id for rule in RULES} - set(SILENT) == set()
    assert {rule: len(cases) for rule, cases in SILENT.items() if len(cases) < 5} == {}


# --- frameworks of 2021 --------------------------------------------------------------------------


def test_cost_is_a_level_of_its_own_in_2021() -> None:
    year = YearRules.for_year(2024)
    moved = [
        replace(one, level1="成本指标", level2="经济成本指标")
        if "成本" in one.level2
        else replace(one, level1=_level1_2021(one.level1))
        for one in SOUND.indicators
    ]
    table = replace(SOUND, indicators=tuple(moved), goals=SOUND.goals.replace("2020", "2024"))
    assert rules_against(PerformanceText(tables=(table,)), year) <= {"W8"}
    without_cost = replace(table, indicators=tuple(one for one in moved if "成本" not in one.level1))
    assert "W2" in rules_against(PerformanceText(tables=(without_cost,)), year)


def _level1_2021(level1: str) -> str:
    return level1.replace("效果", "效益")


# --- other bodies --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("office", "goals", "found"),
    [
        ("秦皇岛市山海关区古城街道办事处", "提高立法质量和水平。", True),
        ("秦皇岛市山海关区人民代表大会常务委员会", "提高立法质量和水平。", False),
        ("秦皇岛市山海关区司法局", "提高立法质量和水平。", False),
        ("山海关区孟姜镇人民政府", "审判执行质效提升。", True),
        ("秦皇岛市山海关区人民法院", "审判执行质效提升。", False),
        ("山海关区第一实验小学", "住院患者满意。", True),
        ("山海关区第一实验小学", "提高教育教学质量。", False),
        ("山海关区古城街道办事处", "提高教育教学质量。", True),
        ("秦皇岛市山海关区人民医院", "门诊人次增长。", False),
        ("", "提高立法质量和水平。", False),
        ("某某公司", "提高立法质量和水平。", False),
    ],
)
def test_words_of_another_body(office: str, goals: str, found: bool) -> None:
    assert ("W9" in rules_against({"office_name": office, "goals": goals})) is found


def test_year_of_the_rules_decides_on_years() -> None:
    table = replace(SOUND, goals="2021年发放报酬42人。")
    assert "W8" not in rules_against(PerformanceText(tables=(table,)), replace(YEAR, year=2021))
    assert "W8" in rules_against(PerformanceText(tables=(table,)), replace(YEAR, year=2022))
