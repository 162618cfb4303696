"""What is counted over all cases, from the entries of their timelines."""
