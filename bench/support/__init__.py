"""What the measurements share: the standard case and its player, baselines, processes, figures."""
