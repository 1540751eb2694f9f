"""`make bench`: measures the portal over HTTP, as `make serve` serves it, beside a bare Flask page in the same run.

`__main__` lists databases and sizes; `report` prints figures beside their targets. A missed target is reported and does
not fail the run. Tests of correctness are not here but in `tests/`.
"""
