"""What a task page gives to read: the units, the text on the table, proposals, the session, the timeline."""
