"""Command lines that are right: none of them may be called wrong."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ai_vs_human.tasks.resolvers import register_resolvers
from ai_vs_human.tasks.validation.diagnose import diagnose
from tests.conftest import CONF, ROOT, members

GROUPS = sorted(
    path.relative_to(CONF).as_posix()
    for path in CONF.rglob("*")
    if path.is_dir() and any(path.glob("*.yaml")) and not {"hydra", "common"} & {*path.parts}
)
MEMBERS = [f"{group}={member}" for group in GROUPS for member in members(group)]
NEEDS = {
    "data=folder": "data.root=images",
    "data=csv": "data.file=images.csv",
    "data/split=leave_generator_out": "data.split.holdout=vae8",
    "data/split=leave_source_out": "data.split.holdout=scan",
    "energy=budget": "energy.joules=50000",
}


def sentences(task: str, *words: str) -> list[str]:
    register_resolvers()
    return [fault.sentence for fault in diagnose(task, CONF, words)]


def complete(choice: str) -> Iterator[str]:
    yield choice
    if choice in NEEDS:
        yield NEEDS[choice]
    if choice.startswith("hparams_search="):
        yield "-m"


@pytest.mark.parametrize("choice", MEMBERS)
def test_no_member_of_any_group_is_called_wrong(choice: str) -> None:
    assert sentences("train", *complete(choice)) == []


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("callbacks.checkpoint=null",),
        ("~callbacks.checkpoint",),
        ("~trainer.max_epochs",),
        ("~experiment",),
        ("logger=[csv,tensorboard]",),
        (
            "callbacks=[default,early_stopping]",
            "callbacks.early_stopping.monitor=train/loss",
            "callbacks.early_stopping.mode=min",
        ),
        ("callbacks.checkpoint.monitor=val/threshold", "callbacks.checkpoint.mode=min"),
        ("trainer.check_val_every_n_epoch=20",),
        ("-m", "seed=0,1", "+trainer.fast_dev_run=true", "trainer.check_val_every_n_epoch=20"),
        (
            "+callbacks.mine._target_=lightning.pytorch.callbacks.Timer",
            "+callbacks.mine.duration=00:01:00:00",
        ),
        ("+trainer.fast_dev_run=true",),
        ("~data/augment",),
        ("~hydra/launcher",),
        ("+model/optimizer@spare=sgd",),
        ("+data@other=folder",),
        ("model=npr.yaml", "callbacks=[default.yaml,early_stopping]"),
        ("+trainer.fast_dev_run=3", "trainer.max_epochs=-1"),
        ("trainer.max_epochs=-1", "+trainer.max_steps=5"),
        ("++trainer.max_epochs=5",),
        ("+rate=0.1", "model.optimizer.lr=${rate}"),
        ("+model.optimizer.betas=[0.9,0.99]",),
        ("model.optimizer.lr=1",),
        ("data.root=${oc.env:HOME}",),
        ("paths.run_dir=${hydra:run.dir}",),
        ("tags=[a,2024]",),
        ("trainer.precision=16-mixed",),
        ("trainer.limit_val_batches=0",),
        ("callbacks.checkpoint.monitor=lr-AdamW",),
        ("optimized_metric=null",),
        ("optimized_metric=test/auroc", "test=false"),
        ("model=cnn", "model=npr"),
        ("-m", "model=glob(*)", "seed=range(0,1000)", "model.optimizer.lr=interval(1e-4,1e-2)"),
        ("-m", "seed=0,1", "optimized_metric=test/auroc"),
        ("-m", "seed=0,1", "optimized_metric=energy/test_joules_per_correct"),
        ("hydra.mode=MULTIRUN", "seed=0,1"),
        ("++hydra.mode=MULTIRUN", "seed=0,1"),
        ("-m", "+hydra.sweeper.params={model.optimizer.lr:'0.1,0.2',+trainer.max_steps:'1,2'}"),
        ("-m", "+hydra.sweeper.params={seed:'a,b'}", "seed=0,1"),
        ("--config-dir=elsewhere", "modle=npr"),
        ("hydra.searchpath=[file:///elsewhere]", "experiment=mine"),
    ],
    ids=" ".join,
)
def test_what_works_is_not_called_wrong(words: Sequence[str]) -> None:
    assert sentences("train", *words) == []


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("evaluate", ()),
        ("evaluate", ("data=folder", "data.root=x", "data.test_on=all")),
        ("evaluate", ("+data.test_on=val", "+trainer.accelerator=cpu")),
        ("evaluate", ("trainer=cpu", "data=synthetic")),
        ("predict", ("input=[a.png,b]", "sheet=0")),
    ],
)
def test_no_other_task_is_called_wrong(task: str, words: Sequence[str]) -> None:
    assert sentences(task, *words) == []


def test_a_part_of_somebody_s_own_may_log_anything(tmp_path: Path) -> None:
    own = "+callbacks.mine._target_=ai_vs_human.callbacks.energy.EnergyMonitor"
    words = (own, "+callbacks.mine.run_dir=x", "callbacks.checkpoint.monitor=mine/figure")

    assert sentences("train", *words) == []


@pytest.mark.parametrize("key", ["resume", "like"])
def test_words_for_a_stored_config_are_left_to_it(key: str) -> None:
    assert sentences("train", f"{key}=some_run", "+model.backbone.stem=fine") == []
    assert len(sentences("train", "+model.backbone.stem=fine")) == 1


def test_a_config_that_is_only_shown_may_have_faulty_values_but_not_keys() -> None:
    assert sentences("train", "--cfg", "job", "trainer.max_epochs=abc") == []
    assert len(sentences("train", "--cfg", "job", "modle=npr")) == 1


def test_looking_at_everything_imports_neither_torch_nor_lightning() -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from ai_vs_human.tasks.validation.diagnose import diagnose\n"
        "from ai_vs_human.tasks.resolvers import register_resolvers\n"
        "register_resolvers()\n"
        "assert diagnose('train', Path('conf'), ['logger=many', 'debug=profiler']) == []\n"
        "sys.exit(' '.join({'torch', 'lightning', 'numpy', 'wandb', 'zeus'} & {*sys.modules}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.stderr.strip(), done.stdout) == ("", "")
