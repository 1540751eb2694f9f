"""Lists of tables: the work list of the viewer, all tables that the viewer may see, and searching in their texts."""
