"""Shards: images in a few large files, read chunk by chunk where they do not fit on the disk."""
