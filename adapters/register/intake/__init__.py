"""The intake of the register: reports, the case each belongs to, and the claims they are like."""
