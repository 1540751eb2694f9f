"""Lists of tables: the work list of the viewer, and all tables that the viewer may see."""
