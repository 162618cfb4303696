"""What a case asks of a person: tasks and their links, the decisions that may be taken now, and the brief."""
