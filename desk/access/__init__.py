"""Who may read what, asked before anything is read for somebody."""
