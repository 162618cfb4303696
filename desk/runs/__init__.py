"""How the workflows of cases stand in Temporal: watched, listed, started again."""
