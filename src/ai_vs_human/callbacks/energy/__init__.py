"""A Trainer's hooks to joules by stage; Zeus is imported when a run starts, not before."""

from ai_vs_human.callbacks.energy.budget import EnergyBudget
from ai_vs_human.callbacks.energy.monitor import EnergyMonitor

__all__ = ["EnergyBudget", "EnergyMonitor"]
