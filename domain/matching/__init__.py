"""Whether two claims are one: what is common, what differs, and what may be concluded from it.

Pure functions over folded texts. The words they know are in `words`; `outcome` has the rule and its version.
"""
