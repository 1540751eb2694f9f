"""The audit log (the record): writing entries and verifying them."""
