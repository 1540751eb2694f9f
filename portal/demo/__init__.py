"""Demo data: a real document of one street office, accounts, and a history of actions on its tables.

A real installation never loads it. `accounts` creates people, offices and years, `story` the actions; both call
the ordinary services. The command is in `portal.cli.demo`.
"""
