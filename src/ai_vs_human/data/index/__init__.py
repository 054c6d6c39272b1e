"""What is in the files: hashes, sizes and traits, found once and remembered."""
