"""The effects of a case as Temporal activities: notify, publish, record."""
