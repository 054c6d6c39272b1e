"""A job of a multirun to a custom job of Vertex AI, and its results back to this machine."""
