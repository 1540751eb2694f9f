"""The audit log (the record): writing entries, verifying them, and what exactly an entry changed."""
