"""The demo: a real document of one street office, the people around it, and what they have done with it so far.

Nothing of it is loaded into a real installation. `accounts` says who there is, `story` what happened;
both go through the ordinary services. The command is `portal.cli.demo`.
"""
