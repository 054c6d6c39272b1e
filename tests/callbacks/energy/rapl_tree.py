"""Joules to the files of a kernel's RAPL tree, as Zeus reads them."""

from pathlib import Path

RANGE = 262_143_328_850


class Zone:
    """One zone's folder.

    Args:
        folder: is made.
        name: what the kernel calls the zone.
        microjoules: the counter's first value, in [0, wrap).
        wrap: the counter's range in microjoules.
    """

    def __init__(self, folder: Path, name: str, microjoules: int = 0, wrap: int = RANGE) -> None:
        folder.mkdir(parents=True)
        (folder / "name").write_text(f"{name}\n")
        (folder / "max_energy_range_uj").write_text(f"{wrap}\n")
        self.counter = folder / "energy_uj"
        self._wrap = wrap
        self.set(microjoules)

    def set(self, microjoules: int) -> None:
        """Put the counter somewhere, as a driver does that starts again."""
        partial = self.counter.with_suffix(".partial")
        partial.write_text(f"{microjoules}\n")
        partial.replace(self.counter)

    @property
    def microjoules(self) -> int:
        """What the counter says: other processes may have spent, too."""
        return int(self.counter.read_text())

    def spend(self, joules: float) -> None:
        """Advance the counter, over its end if need be."""
        self.set((self.microjoules + round(joules * 1e6)) % self._wrap)


class RaplTree:
    """A machine's zones.

    Args:
        root: becomes /sys/class/powercap/intel-rapl.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        self._zones = 0

    def add(self, name: str, microjoules: int = 0, wrap: int = RANGE) -> Zone:
        """Add a zone of the first level: a package, or psys."""
        folder = self.root / f"intel-rapl:{self._zones}"
        self._zones += 1
        return Zone(folder, name, microjoules, wrap)

    def add_within(self, zone: Zone, name: str, number: int = 0) -> Zone:
        """Add a part of a package, such as dram."""
        parent = zone.counter.parent
        return Zone(parent / f"{parent.name}:{number}", name)

    def add_beside(self, folder: str, name: str) -> Zone:
        """Add a zone of another kind, such as one behind memory-mapped registers."""
        return Zone(self.root / folder, name)
