"""What Piyao needs of Temporal itself: the client, the actors' seal, the search attributes."""
