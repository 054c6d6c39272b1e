"""Instead of train.py in a container: leaves the result that a word asks for, at once.

    python stand_in.py … +metric=0.9 paths.mirror='gs://bucket/…'

Buckets are the folders below $BUCKETS. Words: `+metric=<val/auroc>`; `tags=[failed]` (a run that
says why), `crash` (one that does not), `preempted` (the first attempt is killed), `waits` (until
there is a file `go` in $BUCKETS).
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

words = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
buckets = Path(os.environ["BUCKETS"])
run = buckets / words["paths.mirror"].strip("'").removeprefix("gs://")
end = words.get("tags", "[completed]").strip("[]")

(run / "checkpoints").mkdir(parents=True, exist_ok=True)
attempt = len(list(run.glob("attempt-*"))) + 1
(run / f"attempt-{attempt}").write_text(" ".join(sys.argv[1:]))
(run / "heartbeat.json").write_text("{}")
if end == "crash":
    sys.exit(3)
if end == "preempted" and attempt == 1:
    os.kill(os.getpid(), signal.SIGKILL)
while end == "waits" and not (buckets / "go").exists():
    time.sleep(0.02)

failed = end == "failed"
result = {
    "run_id": run.name,
    "task": "train",
    "status": "failed" if failed else "completed",
    "error": "expected finite logits, but got nan" if failed else None,
    "metrics": {"val/auroc": float(words.get("+metric", "0.5"))},
    "attempts": attempt,
}
(run / "config.yaml").write_text("seed: 0\n")
(run / "checkpoints" / "last.ckpt").write_bytes(b"weights")
(run / "environment.json").write_text(json.dumps(dict(os.environ)))
(run / "result.json").write_text(json.dumps(result))
sys.exit(1 if failed else 0)
