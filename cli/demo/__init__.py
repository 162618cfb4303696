"""The demo: officers who are played through the API, and the checks of what came of it."""
