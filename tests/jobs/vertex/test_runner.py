import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ai_vs_human.errors import CloudError, ConfigError
from ai_vs_human.jobs.job import Job
from ai_vs_human.jobs.outcome import Outcome
from ai_vs_human.jobs.vertex.runner import VertexRunner
from ai_vs_human.runs.result import read_result
from tests.cloud.vertex.fake_vertex import FakeVertex
from tests.jobs.vertex.conftest import SWEEP, until

Runner = Callable[..., VertexRunner]
MakeJob = Callable[..., Job]


def test_a_job_is_submitted_waited_for_and_read_back(
    vertex: FakeVertex,
    buckets: Path,
    runner: Runner,
    job: MakeJob,
    caplog: pytest.LogCaptureFixture,
) -> None:
    mine = job("model=cnn", "+metric=0.875", number=3)
    with caplog.at_level("INFO"):
        outcome = runner().run(mine)

    assert outcome == Outcome("completed", (0.875,))
    assert vertex.states == ["SUCCEEDED"]
    copied = {path.name for path in Path(mine.folder).rglob("*")}
    assert copied == {"attempt-1", "config.yaml", "environment.json", "result.json"}
    assert read_result(Path(mine.folder)).run_id == f"{SWEEP}-3"
    said = [line.partition(" ")[2] for line in caplog.messages]
    assert len([line for line in said if line.startswith("SUCCEEDED after")]) == 1
    assert "/europe-west4/training/1?project=project" in caplog.messages[0]


def test_the_container_gets_the_jobs_words_and_its_place_in_the_bucket(
    vertex: FakeVertex, buckets: Path, runner: Runner, job: MakeJob
) -> None:
    mine = job("model=cnn")
    runner(environment={"TZ": "UTC"}).run(mine)

    said = (buckets / f"bucket/runs/train/{SWEEP}/{SWEEP}-0/attempt-1").read_text()
    base = f"gs://bucket/runs/train/{SWEEP}/{SWEEP}-0"
    assert said == (
        f"model=cnn hydra.run.dir='outputs/train/{SWEEP}/{SWEEP}-0' resume=auto"
        f" paths.mirror='{base}'"
    )
    environment = (Path(mine.folder) / "environment.json").read_text()
    assert f'"AIP_CHECKPOINT_DIR": "{base}/checkpoints/"' in environment
    assert '"TZ": "UTC"' in environment


def test_checkpoints_are_fetched_where_they_are_asked_for(runner: Runner, job: MakeJob) -> None:
    mine = job()
    runner(fetch="all").run(mine)

    assert (Path(mine.folder) / "checkpoints" / "last.ckpt").read_bytes() == b"weights"


def test_nothing_is_fetched_where_only_the_figures_are_wanted(runner: Runner, job: MakeJob) -> None:
    mine = job("+metric=0.25")

    assert runner(fetch="none").run(mine) == Outcome("completed", (0.25,))
    assert not Path(mine.folder).exists()


def test_a_run_that_failed_says_why_in_its_own_words(runner: Runner, job: MakeJob) -> None:
    outcome = runner().run(job("tags=[failed]"))

    assert outcome.status == "failed"
    assert outcome.reason is not None
    assert outcome.reason.startswith("expected finite logits, but got nan; The replica workerpool0")
    assert "https://console.cloud.google.com/vertex-ai/" in outcome.reason


def test_a_job_that_left_no_result_says_what_vertex_says(runner: Runner, job: MakeJob) -> None:
    outcome = runner().run(job("tags=[crash]"))

    assert outcome.status == "failed"
    assert str(outcome.reason).startswith("The replica workerpool0-0 exited with [3].")


def test_a_preempted_job_goes_on(vertex: FakeVertex, runner: Runner, job: MakeJob) -> None:
    vertex.restarts = 2
    mine = job("tags=[preempted]")

    assert runner().run(mine).status == "completed"
    assert [one.exits for one in vertex.jobs.values()] == [[[-9], [0]]]
    assert read_result(Path(mine.folder)).attempts == 2


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds of a pause are hundredths here."""
    from ai_vs_human.cloud.vertex.retry import Retry  # noqa: PLC0415 -- only for this

    real = Retry.pause_seconds
    monkeypatch.setattr(Retry, "pause_seconds", lambda *one: real(*one) / 100)


@pytest.mark.usefixtures("_at_once")
def test_a_submission_is_tried_again_while_there_is_no_quota(
    vertex: FakeVertex, runner: Runner, job: MakeJob, caplog: pytest.LogCaptureFixture
) -> None:
    vertex.refusals = [429, 503, 429]

    assert runner().run(job()).status == "completed"
    assert vertex.asked == 4
    warnings = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert len(warnings) == 3
    assert "quota is used up (429 not now, in this test); asking again in" in warnings[0]
    assert "the service does not answer (503 not now" in warnings[1]


@pytest.mark.usefixtures("_at_once")
def test_a_quota_that_stays_used_up_is_a_clear_failure(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    vertex.refusals = [429] * 1000

    outcome = runner(patience_seconds=0.3).run(job())

    reason = "Vertex AI did not take the job: 429 not now, in this test"
    assert outcome == Outcome("failed", reason=reason)
    assert 2 < vertex.asked < 1000
    assert vertex.jobs == {}


@pytest.mark.usefixtures("_at_once")
def test_a_job_whose_answer_was_lost_is_not_asked_for_twice(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    vertex.lost_answers = 1

    assert runner().run(job()).status == "completed"
    assert vertex.states == ["SUCCEEDED"]


@pytest.mark.usefixtures("_at_once")
def test_a_service_that_is_away_for_a_while_does_not_end_the_waiting(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    vertex.outages = [503] * 3 + [500]

    assert runner(patience_seconds=0).run(job()).status == "completed"
    assert vertex.outages == []


def test_a_refusal_for_good_ends_the_multirun(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    vertex.refusals = [403]

    with pytest.raises(
        CloudError, match=r"take the job, but got: 403 not now.*project project, region europe-w"
    ):
        runner().run(job())


def test_an_accelerator_that_vertex_does_not_know_is_refused(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    with pytest.raises(ConfigError, match=r"expected what Vertex AI knows, but got: .*NVIDIA_L5"):
        runner(accelerator_type="NVIDIA_L5", accelerator_count=1).run(job())
    assert vertex.asked == 0


def test_who_comes_later_takes_the_job_over(
    vertex: FakeVertex, buckets: Path, runner: Runner, job: MakeJob
) -> None:
    first = runner(wait=False).run(job("tags=[waits]", "+metric=0.75"))
    assert first.status == "interrupted"
    assert str(first.reason).startswith("not waited for: https://console")

    (buckets / "go").touch()
    assert runner().run(job("tags=[waits]", "+metric=0.75")) == Outcome("completed", (0.75,))
    assert vertex.asked == 1


def test_a_job_of_other_words_is_another_job(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    runner().run(job("+metric=0.75"))
    runner().run(job("+metric=0.25"))
    runner(machine_type="n1-standard-16").run(job("+metric=0.25"))

    assert vertex.asked == 3


def test_stopping_cancels_what_runs_and_starts_nothing_more(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    asked = runner()
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(asked.run, job("tags=[waits]", number=n)) for n in range(3)]
        until(lambda: vertex.states == ["RUNNING"] * 3)
        asked.stop()
        assert vertex.states == ["CANCELLED"] * 3
        outcomes = [one.result() for one in jobs]
    assert {one.status for one in outcomes} == {"interrupted"}
    assert str(outcomes[0].reason).startswith("cancelled (https://console")

    assert asked.run(job(number=4)).status == "interrupted"
    assert vertex.asked == 3


def test_ctrl_c_in_the_thread_that_asked_cancels_the_job(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    def press() -> None:
        until(lambda: vertex.states == ["RUNNING"])
        os.kill(os.getpid(), signal.SIGINT)

    with ThreadPoolExecutor() as pool:
        pool.submit(press)
        with pytest.raises(KeyboardInterrupt, match=r"^$"):
            runner().run(job("tags=[waits]"))
    assert vertex.states == ["CANCELLED"]


def test_a_job_that_somebody_deletes_has_failed(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    with ThreadPoolExecutor() as pool:
        running = pool.submit(runner().run, job("tags=[waits]"))
        until(lambda: vertex.states == ["RUNNING"])
        (deleted,) = [vertex.jobs.pop(name) for name in list(vertex.jobs)]
        outcome = running.result(5)
    deleted.cancel()

    assert outcome.status == "failed"
    assert str(outcome.reason).startswith("Vertex AI has no such job: 404 no projects/project/")


@pytest.mark.usefixtures("_at_once")
def test_stopping_ends_the_waiting_for_quota(
    vertex: FakeVertex, runner: Runner, job: MakeJob
) -> None:
    vertex.refusals = [429] * 10_000
    asked = runner()
    with ThreadPoolExecutor() as pool:
        running = pool.submit(asked.run, job())
        until(lambda: vertex.asked > 1)
        asked.stop()
        assert running.result(5).reason == "stopped before it was submitted"


def test_a_cancelled_job_may_be_asked_for_again(
    vertex: FakeVertex, buckets: Path, runner: Runner, job: MakeJob
) -> None:
    stopped = runner()
    with ThreadPoolExecutor() as pool:
        running = pool.submit(stopped.run, job("tags=[waits]"))
        until(lambda: vertex.states == ["RUNNING"])
        stopped.stop()
        running.result(5)
    (buckets / "go").touch()

    assert runner().run(job("tags=[waits]")).status == "completed"
    assert vertex.states == ["CANCELLED", "SUCCEEDED"]
