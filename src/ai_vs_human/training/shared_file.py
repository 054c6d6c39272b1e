"""A file that the first process wrote to the same file on the disks of a job's other machines."""

from pathlib import Path

from lightning.pytorch import Trainer


def bring_to_every_machine(path: Path, trainer: Trainer) -> None:
    """Let each machine have the file; all processes call this.

    Args:
        path: the same everywhere.
        trainer: whose processes know each other already.

    Raises:
        OSError: if it cannot be read or written.
    """
    if trainer.num_nodes == 1:
        return
    content = trainer.strategy.broadcast(path.read_bytes() if trainer.is_global_zero else b"")
    if trainer.local_rank == 0 and not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    trainer.strategy.barrier()
