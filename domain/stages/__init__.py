"""The rules: one function per decision, one file or folder per stage."""
