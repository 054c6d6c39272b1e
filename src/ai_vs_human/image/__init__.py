"""Bytes to RGB, RGB to a network's input, and the augmentations between."""
