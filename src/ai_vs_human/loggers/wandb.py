"""A run's config, metrics, images and best checkpoint to Weights & Biases, or to its offline files.

The only module that imports wandb, and nothing imports it but a config with `logger=wandb`.
"""

import logging
import os
import sys
from collections.abc import Sequence
from netrc import NetrcParseError, netrc
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Union
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np
import wandb
from lightning.fabric.loggers.logger import rank_zero_experiment
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import WandbLogger as LightningWandbLogger
from lightning.pytorch.utilities import rank_zero_only
from numpy.typing import NDArray
from typing_extensions import override

from ai_vs_human.errors import ConfigError
from ai_vs_human.runs.masking import mask_strings, mask_words

if TYPE_CHECKING:
    from wandb import Run
    from wandb.sdk.lib import RunDisabled

Mode = Literal["online", "offline", "disabled"]
log = logging.getLogger(__name__)

_PROBE_SECONDS: Final = 5.0
_START_SECONDS: Final = 60.0
_FINISH_SECONDS: Final = 300.0


class WandbLogger(LightningWandbLogger):
    """Lightning's W&B logger, which neither fails nor waits for want of a key or a network.

    Without a key, or where the server does not answer, the run is written below
    `<save_dir>/wandb` and can be sent later with `wandb sync`. Each attempt of a resumed run has a
    folder there; sent in one command, they become one run, in which the steps that were repeated
    stand twice, with equal values.

    Args:
        save_dir: the run folder.
        id: the run's id; letters, digits and hyphens.
        name: what W&B shows; the id by default.
        project: what W&B collects runs under.
        entity: the user or team; W&B's default if None.
        group: runs that belong together, such as those of a sweep.
        tags: words to find the run again.
        mode: None is online with a key and a network, else offline, unless WANDB_MODE says
            something. Online is a demand: a run that cannot have it ends with an error.
        log_model: keep the best checkpoint as the artifact `model-<id>:best`. Offline it is not
            copied: the run folder must still be in its place when it is synced.
    """

    def __init__(
        self,
        *,
        save_dir: str,
        id: str | None = None,  # noqa: A002 -- W&B's own word
        name: str | None = None,
        project: str = "ai-vs-human",
        entity: str | None = None,
        group: str | None = None,
        tags: Sequence[str] = (),
        mode: Mode | None = None,
        log_model: bool = True,
    ) -> None:
        super().__init__(
            save_dir=save_dir,
            id=id,
            name=name or id,
            project=project,
            entity=entity,
            group=group,
            tags=mask_strings(list(tags)),
        )
        self._wandb_init.pop("anonymous", None)  # W&B warns of it, though it is None
        self._mode = mode or os.environ.get("WANDB_MODE")
        self._keep_best = log_model
        self._checkpoints: ModelCheckpoint | None = None
        self._kept = ""

    @property
    @override
    @rank_zero_experiment
    def experiment(self) -> Union["Run", "RunDisabled"]:
        """W&B's run, started when first asked for.

        Raises:
            ConfigError: if the mode is online and the run cannot be.
        """
        if self._experiment is None:
            self._start()
        run: Run | RunDisabled = super().experiment
        return run

    @rank_zero_only
    def log_images(
        self, key: str, images: Sequence[NDArray[np.uint8]], captions: Sequence[str], step: int
    ) -> None:
        """Show images as one panel."""
        self.log_image(key, list(images), step=step, caption=list(captions))

    @override
    def after_save_checkpoint(self, checkpoint_callback: ModelCheckpoint) -> None:
        self._checkpoints = checkpoint_callback

    @override
    @rank_zero_only
    def finalize(self, status: str) -> None:
        """Keep the best checkpoint once a stage has succeeded; Lightning calls this."""
        best = self._checkpoints.best_model_path if self._checkpoints is not None else ""
        if status != "success" or not self._keep_best or best in ("", self._kept):
            return
        artifact = wandb.Artifact(f"model-{self.version}", "model", metadata=self._describe(best))
        # Immutable and uncached: neither a staged nor a cached second copy of the weights.
        artifact.add_file(best, name="model.ckpt", policy="immutable", skip_cache=True)
        self.experiment.log_artifact(artifact, aliases=["best"])
        self._kept = best

    @rank_zero_only
    def close(self, *, failed: bool) -> None:
        """Finish the run, as failed if it was, so that the next one in this process is another."""
        if self._experiment is not None:
            self._experiment.finish(exit_code=int(failed))
            self._experiment = None

    def _start(self) -> None:
        if wandb.run is not None and wandb.run.id != self._id:
            wandb.run.finish()  # Lightning would go on in the run that an earlier job left open
        folder = Path(self.save_dir or ".").resolve() / "wandb"
        os.environ.setdefault("WANDB_DATA_DIR", str(folder / "data"))  # else in the home folder
        os.environ.setdefault("WANDB_CACHE_DIR", str(folder / "cache"))
        service = os.environ.get("WANDB_SERVICE")
        demanded = self._mode is not None
        self._wandb_init["mode"] = self._mode if demanded else _possible_mode()
        self._wandb_init["settings"] = wandb.Settings(
            init_timeout=_START_SECONDS, finish_timeout=_FINISH_SECONDS
        )
        logged = _steps_logged(folder, self._id)
        words, sys.argv = sys.argv, mask_words(sys.argv)  # W&B notes the command line
        try:
            self._connect(demanded=demanded)
            if logged and self._wandb_init["mode"] == "offline":
                super().experiment.log({}, step=logged, commit=False)
        finally:
            sys.argv = words
            if service is None:  # a process started from here must not join this run
                os.environ.pop("WANDB_SERVICE", None)

    def _connect(self, *, demanded: bool) -> None:
        mode = self._wandb_init["mode"]
        if demanded and mode == "online" and not _has_key():
            raise ConfigError(
                "expected a key for W&B, but got none (logger.wandb.mode=online)",
                hint="wandb login, or logger.wandb.mode=offline",
            )
        try:
            _ = super().experiment
        except wandb.errors.CommError as error:
            if demanded:
                raise ConfigError(
                    f"expected W&B to take the run, but got: {error} (logger.wandb.mode={mode})",
                    hint="logger.wandb.mode=offline, and wandb sync later",
                ) from error
            log.warning("W&B is not used online: %s", error)
            wandb.teardown()  # its service still holds the run's id
            self._wandb_init["mode"] = "offline"
            _ = super().experiment

    def _describe(self, best: str) -> dict[str, str | float | None]:
        callback = self._checkpoints
        score = callback.best_model_score if callback is not None else None
        return {
            "file": Path(best).name,
            "monitor": callback.monitor if callback is not None else None,
            "score": None if score is None else float(score),
        }


def _steps_logged(folder: Path, run_id: str | None) -> int:
    """A number above every step that a run's earlier attempts have logged on this disk.

    Offline, W&B counts each attempt's steps from 0; what `wandb sync` makes one run of must not
    count twice. A step takes more than a byte of its file, so the files' sizes tell enough.
    """
    return sum(file.stat().st_size for file in folder.glob(f"*run-*/run-{run_id}.wandb"))


def _possible_mode() -> Mode:
    """Online where a key is known and the server answers."""
    return "online" if _has_key() and _answers(wandb.setup().settings.base_url) else "offline"


def _has_key() -> bool:
    """Look where W&B looks: the environment, its settings, the netrc file."""
    settings = wandb.setup().settings
    if os.environ.get("WANDB_API_KEY") or os.environ.get("WANDB_IDENTITY_TOKEN_FILE"):
        return True
    if settings.api_key:
        return True
    named = os.environ.get("NETRC")
    host = urlsplit(settings.base_url).netloc
    for path in [Path(named)] if named else [Path.home() / ".netrc", Path.home() / "_netrc"]:
        try:
            if netrc(path.expanduser()).authenticators(host):
                return True
        except (OSError, NetrcParseError):
            continue  # W&B warns about a file that it cannot read
    return False


def _answers(url: str) -> bool:
    """Whether anything answers, through the proxy if there is one, within five seconds."""
    try:
        with urlopen(url, timeout=_PROBE_SECONDS):  # noqa: S310 -- the address W&B would call
            return True
    except HTTPError:
        return True  # a refusal is an answer
    except OSError as error:
        log.warning("W&B does not answer (%s): the run is written offline", error)
        return False
