"""Views of notices: the inbox, reminding offices, who is told what today, mail that failed."""
