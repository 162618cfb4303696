"""The register (台账): the store of reports and the projection of the cases.

It is one SQLite file, opened by API and worker alike.
"""
