"""How well a subject did: one case, many cases, and one run against another.

`score` judges a case, `summary` adds cases up, `comparison` holds two runs against each other.
"""
