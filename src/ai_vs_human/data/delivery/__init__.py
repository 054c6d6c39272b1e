"""Class-neutral delivery: how a file was saved must not tell who made the image."""
