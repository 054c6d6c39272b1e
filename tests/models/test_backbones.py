"""Weights, freezing and what is said when they cannot be had."""

from pathlib import Path

import pytest
import torch

from ai_vs_human.errors import ConfigError, WeightsError
from ai_vs_human.models.backbones import ResNet, SmallCNN, TimmBackbone


def test_a_frozen_backbone_gets_no_gradient_and_keeps_its_statistics() -> None:
    backbone = ResNet("resnet18", freeze=True).train()
    before = {name: value.clone() for name, value in backbone.state_dict().items()}
    head = torch.nn.Linear(backbone.num_features, 1)

    head(backbone(torch.rand(4, 3, 32, 32))).sum().backward()

    assert all(parameter.grad is None for parameter in backbone.parameters())
    assert all(torch.equal(before[name], value) for name, value in backbone.state_dict().items())


def test_a_thawed_backbone_learns_its_statistics() -> None:
    backbone = ResNet("resnet18").train()
    before = backbone.stem[1].running_mean.clone()

    backbone(torch.rand(4, 3, 32, 32))

    assert not torch.equal(before, backbone.stem[1].running_mean)


def test_weights_come_from_a_file(tmp_path: Path) -> None:
    from torchvision.models import resnet18  # noqa: PLC0415 -- only here

    network = resnet18()
    torch.save(network.state_dict(), tmp_path / "weights.pth")

    backbone = ResNet("resnet18", weights=str(tmp_path / "weights.pth"))

    assert torch.equal(backbone.stem[0].weight, network.conv1.weight)
    assert torch.equal(backbone.stages[3][1].conv2.weight, network.layer4[1].conv2.weight)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save(SmallCNN().state_dict(), tmp_path / "weights.pth")

    with pytest.raises(WeightsError, match="expected weights for every layer but the head"):
        ResNet("resnet18", weights=str(tmp_path / "weights.pth"))


def test_weights_that_cannot_be_fetched_are_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nothing listens there

    with pytest.raises(
        WeightsError, match=r"(?s)fetch the weights DEFAULT of resnet18.*hint: .*null"
    ):
        ResNet("resnet18", weights="DEFAULT")


def test_unknown_weights_name_the_known_ones() -> None:
    with pytest.raises(WeightsError, match=r"among IMAGENET1K_V1 or a file, but got IMAGENET22K"):
        ResNet("resnet18", weights="IMAGENET22K")


def test_unknown_networks_name_alike_ones() -> None:
    with pytest.raises(
        ConfigError, match=r"(?s)expected a network of timm, but got convnext_ato.*conv"
    ):
        TimmBackbone("convnext_ato")
    with pytest.raises(
        ConfigError, match=r"expected a ResNet among .*resnet18.*, but got resnet17"
    ):
        ResNet("resnet17")


@pytest.mark.parametrize(("stem", "side"), [("imagenet", 8), ("fine", 8), ("finest", 32)])
def test_a_stem_keeps_as_much_detail_as_it_says(stem: str, side: int) -> None:
    backbone = ResNet("resnet18", stem=stem)

    assert backbone.stem(torch.rand(1, 3, 32, 32)).shape[-1] == side


def test_a_first_layer_without_weights_is_not_frozen() -> None:
    with pytest.raises(ConfigError, match=r"(?s)3 planes to freeze, but got imagenet and 9.*hint"):
        ResNet("resnet18", in_channels=9, freeze=True)
