"""The stage verification: requests, transfers, findings, the quorum, joint sessions, and the verdict."""
