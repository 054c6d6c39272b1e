"""Decoded pixels in one memory-mapped file: decoded once, read by every epoch, fold and seed."""
