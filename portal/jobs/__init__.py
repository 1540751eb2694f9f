"""Long work: a watcher takes jobs from the table, runs each in a child process and keeps its outcome.

`kinds` is the registry of what can be run; `watcher` is a thread of a web worker or `flask jobs run`; `children`
starts, follows and kills the processes; `child` is what runs in them. Rows, leases and rights are in
`services.files.jobs`.
"""
