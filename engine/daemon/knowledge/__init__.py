"""What the office knows, as the engine keeps it: diagnoses out of files."""
