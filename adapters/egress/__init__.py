"""What every call to the outside shares: guards on addresses, the signed POST, and the outbox on disk."""
