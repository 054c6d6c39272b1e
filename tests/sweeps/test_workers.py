"""Who works on a study, asked here and from another machine."""

import os
import time

import optuna
import pytest

from ai_vs_human.sweeps.workers import Worker, lives


@pytest.fixture
def study() -> optuna.Study:
    return optuna.create_study()


def test_a_worker_lives_while_it_works(study: optuna.Study) -> None:
    with Worker(study) as worker:
        assert lives(worker.name, study, time.time())
        assert str(os.getpid()) in worker.name
    assert not lives(worker.name, study, time.time())


def test_nobody_does_not_live(study: optuna.Study) -> None:
    assert not lives(None, study, time.time())


def test_a_process_of_this_machine_that_is_gone_does_not_live(study: optuna.Study) -> None:
    with Worker(study) as worker:
        pass
    host, pid, _, chance = worker.name.rsplit(":", 3)
    later = f"{host}:{pid}:another+start:{chance}"
    study.set_user_attr(f"worker:{later}", time.time())
    assert not lives(later, study, time.time())


@pytest.mark.parametrize(("age", "alive"), [(10.0, True), (299.0, True), (301.0, False)])
def test_on_another_machine_the_last_beat_decides(
    age: float, alive: object, study: optuna.Study
) -> None:
    name = "another-host:1:start:00"
    study.set_user_attr(f"worker:{name}", 1000.0)
    assert lives(name, study, 1000.0 + age) is alive
