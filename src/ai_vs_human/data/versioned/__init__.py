"""Folders that DVC versions: which version a folder should be, whether it is, and how it moves."""
