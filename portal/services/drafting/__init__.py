"""Drafting: the office's half of a table's life, from the first cell to the form that is ready to be submitted."""
