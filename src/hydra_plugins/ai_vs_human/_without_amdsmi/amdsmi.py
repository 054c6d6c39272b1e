"""Stands before AMD's bindings in the path of Ray's processes where those cannot be loaded."""

raise ImportError("amdsmi has no libamd_smi.so here")
