"""A job of a multirun to a process somewhere, and that process' run folder to how it came out."""
