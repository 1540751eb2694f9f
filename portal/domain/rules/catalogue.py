"""The list of all rules, in the order in which findings are shown; pages and tests read it.

A rule is added by writing one function in the module of its theme and one entry here.
"""

from __future__ import annotations

from portal.domain.rules import completeness, goals, identity, indicators, money
from portal.domain.rules.findings import Rule, Severity

RULES: tuple[Rule, ...] = (
    Rule(
        "E1",
        Severity.ERROR,
        "预算数等于财政资金与其他资金之和，各项均不为负",
        "批复预算和目标时以这三个数为准，合计不符的表无法批复。",
        project=money.budget_adds_up,
    ),
    Rule(
        "E2",
        Severity.ERROR,
        "资金支出计划完整，在 0–100 之间，逐期不减，年底达到 100",
        "支出计划是累计进度，执行监控按它比对实际支出。",
        project=money.spending_plan_rises_to_100,
    ),
    Rule(
        "E3",
        Severity.ERROR,
        "项目编码、预算单位编码合乎规定且相互一致，项目编码和项目名称不重复",
        "预算与绩效目标靠编码对应，编码不规范或重复就对不上项目。",
        project=identity.codes_in_pattern,
        office=identity.codes_and_names_unique,
    ),
    Rule(
        "E4",
        Severity.ERROR,
        "一级、二级指标属于本年度指标体系，二级指标归在所属的一级指标之下",
        "指标按一级、二级分类汇总和评价，分类不对就汇总不进去。",
        project=indicators.levels_in_framework,
    ),
    Rule(
        "E5",
        Severity.ERROR,
        "至少一个产出指标和一个效益（效果）指标；指标体系有要求的，还要有满意度指标",
        "只有产出没有效果，或只有效果没有产出，都说明不了钱花得值不值。",
        project=indicators.needed_kinds_present,
    ),
    Rule(
        "E7",
        Severity.ERROR,
        "同一张表内三级指标不重名",
        "重名的指标在监控和评价时分不清是哪一个。",
        project=indicators.level3_names_differ,
    ),
    Rule(
        "E8",
        Severity.ERROR,
        "绩效目标没有重复的行",
        "同一目标写两次无法分别考核。",
        project=goals.goal_lines_differ,
    ),
    Rule(
        "E12",
        Severity.ERROR,
        "必填栏目没有空白",
        "财预〔2015〕88号要求审核绩效目标的完整性，缺项的表不能进入审核。",
        project=completeness.project_is_filled_in,
        department=completeness.department_is_filled_in,
    ),
)
