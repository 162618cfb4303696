"""What Piyao needs of Temporal itself: the client, the seal of the actors, the search attributes."""
