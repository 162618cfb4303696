"""The API for programs: reports, cases, files, health, and its documentation page."""
