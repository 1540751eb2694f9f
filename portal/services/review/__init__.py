"""Review: what the bureau does with a submitted table, and the transitions of its life."""
