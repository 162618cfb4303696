"""The register (台账): report store and projection of the cases, in one SQLite file that API and worker open together."""
