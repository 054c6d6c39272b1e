"""What a run was started from: code, packages, machine, and what of it has changed since."""
