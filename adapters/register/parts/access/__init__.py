"""The parts of the register about persons: who may read, who has logged in, who has proven a signature."""
