"""The suite. This file keeps `tests` ours: a dependency's wheel brings a top-level `tests` too."""
