"""Import of performance texts, and export of documents and of the audit log."""
