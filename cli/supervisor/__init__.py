"""The processes of Piyao on one machine: how they are started, watched and stopped."""
