"""Planes of a front-end to one feature vector an image.

Every backbone says in `num_features` how long its vectors are, and takes `weights`:
None trains from scratch, a file's path loads a state dict, any other name is fetched.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import torch
from torch import nn

from ai_vs_human.errors import ConfigError, WeightsError
from ai_vs_human.shapes import Features, Planes

Stem = Literal["imagenet", "fine", "finest"]


class ResNet(nn.Module):
    """torchvision's ResNet, optionally cut short and with a stem that keeps fine detail.

    Args:
        name: resnet18, resnet34, resnet50 or another ResNet of torchvision.
        in_channels: planes of the front-end.
        weights: see the module's first lines; torchvision's names, such as DEFAULT.
        stem: imagenet (7x7 stride 2, then pooling: 1/4 of the size), fine (3x3 stride 2, then
            pooling), finest (3x3 stride 1, no pooling: Gragnaniello et al., ICME 2021).
        stages: how many of the four stages to keep; 2 of resnet50 is NPR's network.
        freeze: train only the head; batch norm keeps its statistics.
    """

    def __init__(
        self,
        name: str,
        in_channels: int = 3,
        weights: str | None = None,
        stem: Stem = "imagenet",
        stages: int = 4,
        *,
        freeze: bool = False,
    ) -> None:
        super().__init__()
        network = _torchvision_resnet(name, weights)
        if freeze and (stem != "imagenet" or in_channels != 3):  # noqa: PLR2004 -- red, green, blue
            raise ConfigError(
                f"expected stem=imagenet and 3 planes to freeze, but got {stem} and {in_channels}:"
                " the first layer would stay random (model.backbone.freeze)",
                hint="model/frontend=none model.backbone.stem=imagenet",
            )
        self.stem = _stem(network, stem, in_channels)
        kept = [network.get_submodule(f"layer{number}") for number in range(1, stages + 1)]
        self.stages = nn.Sequential(*kept)
        last = [module for module in kept[-1].modules() if isinstance(module, nn.BatchNorm2d)][-1]
        self.num_features = last.num_features
        self.frozen = freeze
        _freeze(self, freeze=freeze)

    def train(self, mode: bool = True) -> "ResNet":  # noqa: FBT001, FBT002 -- nn.Module's signature
        """Training mode, except that a frozen backbone stays in evaluation mode."""
        super().train(mode and not self.frozen)
        return self

    def forward(self, planes: Planes) -> Features:
        """Features, averaged over the picture."""
        maps: torch.Tensor = self.stages(self.stem(planes))
        return maps.mean(dim=(-2, -1))


def _torchvision_resnet(name: str, weights: str | None) -> nn.Module:
    from torchvision import models  # noqa: PLC0415 -- half a second that timm's networks need not pay

    known = [entry for entry in models.list_models(module=models) if "resne" in entry]
    if name not in known:
        raise ConfigError(
            f"expected a ResNet among {', '.join(known)}, but got {name} (model.backbone.name)"
        )
    network: nn.Module = models.get_model(name)
    if weights is None:
        return network
    if Path(weights).is_file():
        _load(network, torch.load(weights, map_location="cpu", weights_only=True), weights)
        return network
    try:
        state = models.get_weight(f"{models.get_model_weights(name).__name__}.{weights}")
    except KeyError as error:
        names = [entry.name for entry in models.get_model_weights(name)]
        raise WeightsError(
            f"expected weights among {', '.join(names)} or a file, but got {weights}"
            " (model.backbone.weights)",
            hint="model.backbone.weights=DEFAULT",
        ) from error
    try:
        _load(network, state.get_state_dict(progress=True, check_hash=True), weights)
    except OSError as error:
        raise _unfetched(name, weights, error) from error
    return network


def _stem(network: nn.Module, stem: Stem, in_channels: int) -> nn.Sequential:
    first = network.get_submodule("conv1")
    width = network.get_submodule("bn1").num_features
    if not isinstance(first, nn.Conv2d) or not isinstance(width, int):
        raise TypeError(f"expected a ResNet's stem, but got {first} and a width of {width}")
    if stem != "imagenet":
        stride = 2 if stem == "fine" else 1
        first = nn.Conv2d(in_channels, width, 3, stride=stride, padding=1, bias=False)
    elif in_channels != first.in_channels:
        first = nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False)
    layers: list[nn.Module] = [first, network.get_submodule("bn1"), nn.ReLU(inplace=True)]
    if stem != "finest":
        layers.append(nn.MaxPool2d(3, stride=2, padding=1))
    return nn.Sequential(*layers)


class TimmBackbone(nn.Module):
    """Any network of timm that gives pooled features.

    Args:
        name: timm's name, such as convnext_atto.
        in_channels: planes of the front-end.
        weights: see the module's first lines; timm's tag, such as d2_in1k.
        freeze: train only the head; batch norm keeps its statistics.
    """

    def __init__(
        self,
        name: str,
        in_channels: int = 3,
        weights: str | None = None,
        *,
        freeze: bool = False,
    ) -> None:
        super().__init__()
        self.network = _timm_network(name, in_channels, weights)
        features = self.network.num_features
        if not isinstance(features, int):
            raise TypeError(f"expected num_features of {name} to be an int, but got {features}")
        self.num_features = features
        self.frozen = freeze
        _freeze(self, freeze=freeze)

    def train(self, mode: bool = True) -> "TimmBackbone":  # noqa: FBT001, FBT002 -- nn.Module's signature
        """Training mode, except that a frozen backbone stays in evaluation mode."""
        super().train(mode and not self.frozen)
        return self

    def forward(self, planes: Planes) -> Features:
        """Features as the network pools them."""
        features: torch.Tensor = self.network(planes)
        return features


def _timm_network(name: str, in_channels: int, weights: str | None) -> nn.Module:
    import timm  # noqa: PLC0415 -- seconds that torchvision's networks need not pay

    if not timm.is_model(name):
        near = (
            ", ".join(timm.list_models(f"*{name.split('_', maxsplit=1)[0]}*")[:8])
            or "timm.list_models()"
        )
        raise ConfigError(
            f"expected a network of timm, but got {name} (model.backbone.name)", hint=near
        )
    local = weights is not None and Path(weights).is_file()
    fetched = f"{name}.{weights}" if weights and not local else name
    try:
        network: nn.Module = timm.create_model(
            fetched, pretrained=fetched != name, in_chans=in_channels, num_classes=0
        )
    except (OSError, RuntimeError) as error:
        raise _unfetched(name, str(weights), error) from error
    if weights is not None and local:
        _load(network, torch.load(weights, map_location="cpu", weights_only=True), weights)
    return network


class SmallCNN(nn.Module):
    """Blocks of convolution, batch norm and ReLU, each halving the picture: for small images.

    Args:
        in_channels: planes of the front-end.
        widths: channels of each block; the first works at full size.
        depth: convolutions in a block.
    """

    def __init__(
        self, in_channels: int = 3, widths: Sequence[int] = (16, 32, 64), depth: int = 1
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for width in widths:
            for _ in range(depth):
                layers += [
                    nn.Conv2d(in_channels, width, 3, padding=1, bias=False),
                    nn.BatchNorm2d(width),
                    nn.ReLU(inplace=True),
                ]
                in_channels = width
            layers.append(nn.MaxPool2d(2))
        self.layers = nn.Sequential(*layers)
        self.num_features = in_channels

    def forward(self, planes: Planes) -> Features:
        """Features, averaged over the picture."""
        maps: torch.Tensor = self.layers(planes)
        return maps.mean(dim=(-2, -1))


def _freeze(module: nn.Module, *, freeze: bool) -> None:
    if freeze:
        module.requires_grad_(requires_grad=False).eval()


def _load(network: nn.Module, state: dict[str, torch.Tensor], where: str) -> None:
    own = network.state_dict()
    fitting = {k: v for k, v in state.items() if k in own and v.shape == own[k].shape}
    missing = [key for key in own if key not in fitting and not key.startswith(("fc.", "head."))]
    if missing:
        raise WeightsError(
            f"expected weights for every layer but the head, but got none for {missing[0]} and"
            f" {len(missing) - 1} more ({where})",
            hint="give the file that belongs to model.backbone.name",
        )
    network.load_state_dict(fitting, strict=False)


def _unfetched(name: str, weights: str, error: Exception) -> WeightsError:
    return WeightsError(
        f"expected to fetch the weights {weights} of {name}, but got"
        f" {type(error).__name__}: {error} (model.backbone.weights)",
        hint="model.backbone.weights=null trains from scratch;"
        " model.backbone.weights=<file> reads a state dict fetched elsewhere",
    )
