"""Cases stopped in every stage and in every way, restored, and held against what they were before."""
