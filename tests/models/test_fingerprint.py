"""A hash that says whether two networks are the same."""

import torch
from torch import nn

from ai_vs_human.models.fingerprint import weights_sha256


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))


def test_equal_networks_have_one_hash_in_any_memory_layout() -> None:
    assert weights_sha256(network()) == weights_sha256(
        network().to(memory_format=torch.channels_last)
    )


def test_one_weight_one_buffer_a_type_or_a_name_make_another_hash() -> None:
    weight, buffer = network(), network()
    with torch.no_grad():
        weight[0].weight.view(-1)[5].nextafter_(torch.tensor(9.0))
    buffer[1].num_batches_tracked += 1
    named = nn.Sequential()
    named.add_module("x", network()[0])
    named.add_module("y", network()[1])

    hashes = {weights_sha256(n) for n in (network(), weight, buffer, network().half(), named)}

    assert len(hashes) == 5
