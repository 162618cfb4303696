"""The decider: applies decisions, rings what is due, and takes in the results of effects."""
