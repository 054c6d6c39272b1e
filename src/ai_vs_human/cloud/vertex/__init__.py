"""A container and its machines to a custom job of Vertex AI, and that job's state back."""
