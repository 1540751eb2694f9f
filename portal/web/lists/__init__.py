"""Lists of tables: what awaits somebody, and everything they may see."""
