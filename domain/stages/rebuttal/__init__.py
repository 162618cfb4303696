"""The stage rebuttal: drafting, signing, publishing, and interim notices."""
