"""The loop a person would write without a framework: the rate of its last epoch, in images/s.

The config's network, optimizer, schedule and loader, and nothing else: no callbacks, no logging,
no metrics. `python scripts/benchmarks/bare_loop.py <epochs> [override ...]`
"""

import sys
import time
from pathlib import Path

import torch
from hydra import compose, initialize_config_dir
from lightning.pytorch import seed_everything

from ai_vs_human.build import build
from ai_vs_human.data.datamodule import ImageDataModule
from ai_vs_human.models.detector import build_detector
from ai_vs_human.tasks.assemble import make, resolved
from ai_vs_human.tasks.entry import register_resolvers


def main() -> None:
    """Train and print images a second."""
    epochs, overrides = int(sys.argv[1]), sys.argv[2:]
    register_resolvers()
    with initialize_config_dir(str(Path(__file__).resolve().parents[2] / "conf")):
        config = resolved(compose("train", overrides=["paths.run_dir=unused", *overrides]))
    seed_everything(config["seed"], verbose=False)
    data = ImageDataModule(make(config["data"], "data"))
    data.setup("fit")
    loader = data.train_dataloader()
    spec = config["model"]
    layout = torch.channels_last if spec["channels_last"] else torch.contiguous_format
    network = build_detector(spec["frontend"], spec["backbone"], spec["dropout"])
    network = network.to(memory_format=layout).train()
    criterion = build(spec["loss"])
    optimizer = build(spec["optimizer"], params=network.parameters())
    steps = epochs * len(loader)
    scheduler = build(spec["scheduler"], optimizer=optimizer, total_steps=steps)
    rate = 0.0
    for epoch in range(epochs):
        loader.sampler.set_epoch(epoch)
        start, images = time.monotonic(), 0
        for batch in loader:
            optimizer.zero_grad()
            loss = criterion(network(batch.images.contiguous(memory_format=layout)), batch.labels)
            loss.backward()
            optimizer.step()
            scheduler.step()
            images += len(batch)
        rate = images / (time.monotonic() - start)
    sys.stdout.write(f"{rate}\n")


if __name__ == "__main__":
    main()
