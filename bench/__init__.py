"""`make bench`: how fast the portal is, measured over HTTP as it is served, beside a bare Flask page.

What is measured on which database and size stands in `__main__`; targets are named beside their figures in
`report`. A bench informs: a missed target is told, not failed.
"""
