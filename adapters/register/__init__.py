"""The register (台账): report store and projection of the cases, one SQLite file opened by API and worker alike."""
