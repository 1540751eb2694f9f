"""The columns of `TargetTable` that every list shows, whoever reads it; the statement joins `Office`.

Of the state, not of the text: which name, code and sum a list shows depends on what its reader may see.
"""

from __future__ import annotations

from portal.models import Office, TargetTable

TABLE_COLUMNS = (
    TargetTable.id,
    TargetTable.year,
    TargetTable.kind,
    TargetTable.office_code,
    Office.name.label("office_name"),
    TargetTable.position,
    TargetTable.state,
    TargetTable.state_since,
    TargetTable.due_on,
    TargetTable.return_count,
    TargetTable.submission_count,
    TargetTable.in_force_id,
)
