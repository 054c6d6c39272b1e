"""Where images come from: each source lists them in a manifest."""
