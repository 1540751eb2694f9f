"""Shows which small faulty changes of portal/ no test notices: `make mutants`, or `python -m scripts.mutants`.

`changes` finds the changes, `covering` the tests that run a line, `workspace` runs them on a changed copy in memory,
`__main__` takes a sample and reports. The checkout is never changed. Pages in a browser and scripts are not covered.
"""
