"""Import of performance texts, and export of documents, lists, the history and the audit log."""
