"""The embedded dataset: simulated human images, and what simulated generators make of them."""

from ai_vs_human.data.synthetic.source import SyntheticSource

__all__ = ["SyntheticSource"]
