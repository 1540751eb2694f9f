"""Mail addresses as people type them: checked for form only, a digest that comes back tells the rest."""

from __future__ import annotations

import re

from portal.domain.errors import Invalid

LONGEST = 254
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


def mail_address(text: str, path: str = "address") -> str:
    """ "" for nothing. Raises Invalid."""
    address = text.strip()
    if address and not (len(address) <= LONGEST and _ADDRESS.fullmatch(address)):
        raise Invalid("这不是邮箱地址，请写成 name@example.com 的样子。", path)
    return address
