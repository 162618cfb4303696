"""What the commands do that edit units and persons."""
