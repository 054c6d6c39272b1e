"""The only place that knows Hydra: compose, instantiate, one function per task."""
