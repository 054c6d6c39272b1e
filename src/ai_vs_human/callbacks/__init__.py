"""What watches a run, one class a file."""
