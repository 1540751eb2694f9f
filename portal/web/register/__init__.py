"""Views of the register of what is owed: the list, one entry, imports, tables nobody announced, what an office owes."""
