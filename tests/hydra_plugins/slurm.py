"""Programs that stand in for Slurm's, and run what they are given, here and now."""

import os
from pathlib import Path

import pytest

SBATCH = """#!/bin/sh
# Slurm's side of sbatch: a job id, and the script run with it, here and now.
script=$(eval echo "\\$$#")
export SLURM_JOB_ID=$$ SLURM_PROCID=0 SLURM_NTASKS=1 SLURM_LOCALID=0 SLURM_NODEID=0
export SLURM_JOB_NUM_NODES=1 SLURM_JOB_NODELIST=localhost SLURM_NNODES=1 SLURM_JOB_NAME=train
here=$(dirname "$0")
grep '^#SBATCH' "$script" >>"$here/asked.txt"
cp "$script" "$here/$SLURM_JOB_ID.sh"  # as Slurm does: submitit moves its own at once
sh "$here/$SLURM_JOB_ID.sh" >/dev/null 2>&1 &
echo $! >"$here/$SLURM_JOB_ID.pid"
echo "Submitted batch job $SLURM_JOB_ID"
"""
SRUN = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --output|--error) shift 2 ;;
    -*) shift ;;
    *) break ;;
  esac
done
job=$SLURM_JOB_ID
exec env SLURM_JOB_ID=$job "$@"
"""
SACCT = """#!/bin/sh
echo "JobID|State|NodeList"
for job in "$@"; do
  case "$job" in
    [0-9]*)
      state=COMPLETED
      kill -0 "$(cat "$(dirname "$0")/$job.pid")" 2>/dev/null && state=RUNNING
      echo "$job|$state|localhost"
      ;;
  esac
done
"""


def stand_in_for_slurm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put sbatch, srun and sacct into a folder, and that before all others.

    What sbatch was asked for is kept in `asked.txt` there.
    """
    folder.mkdir()
    for name, text in (("sbatch", SBATCH), ("srun", SRUN), ("sacct", SACCT)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
