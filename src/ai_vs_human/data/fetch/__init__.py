"""Data from elsewhere to a folder of this machine: whole or not at all, and once."""
