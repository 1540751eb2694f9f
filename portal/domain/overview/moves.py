"""Whose move it is where an entry of the register stands, in the words of a list, without names."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.register import Standing

NEXT_MOVE: Mapping[Standing, str] = {
    Standing.NOT_BEGUN: "单位起草",
    Standing.DRAFTED: "单位送审",
    Standing.UNDER_REVIEW: "财政局审核",
    Standing.TO_APPROVE: "绩效科批复",
    Standing.RETURNED: "单位修改后再送",
    Standing.IN_ADJUSTMENT: "单位调整后再送",
    Standing.APPROVED: "",
    Standing.EXEMPT: "",
    Standing.VOIDED: "",
}
