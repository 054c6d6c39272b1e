"""What a residual keeps and what it loses."""

import pytest
import torch

from ai_vs_human.errors import ConfigError
from ai_vs_human.models.frontends import (
    ConstrainedConv,
    FixedFilters,
    NeighboringPixels,
    Normalize,
)


def test_nearest_neighbour_upsampling_leaves_nothing_of_neighboring_pixels() -> None:
    small = torch.rand(2, 3, 8, 8)
    upsampled = small.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)

    assert NeighboringPixels()(upsampled).abs().max() == 0
    assert NeighboringPixels()(torch.rand(2, 3, 16, 16)).abs().max() > 0


def test_neighboring_pixels_are_differences_to_the_top_left_of_each_block() -> None:
    block = torch.tensor([[0.1, 0.2], [0.3, 0.5]]).expand(1, 3, 2, 2)

    residual = NeighboringPixels(scale=1.0)(block)

    assert residual[0, 0].flatten().tolist() == pytest.approx([0, 0.1, 0.2, 0.4])


def test_an_odd_size_loses_its_last_row_and_column() -> None:
    assert NeighboringPixels()(torch.rand(1, 3, 7, 9)).shape == (1, 3, 6, 8)


@pytest.mark.parametrize("name", ["second_order", "square3", "square5"])
def test_a_flat_picture_has_no_residual(name: str) -> None:
    residual = FixedFilters([name])(torch.full((1, 3, 9, 9), 0.7))

    assert residual.abs().max() < 1e-5


def test_fixed_filters_are_cut_off_at_their_clip() -> None:
    picture = torch.zeros(1, 3, 9, 9)
    picture[..., 4, 4] = 1

    residual = FixedFilters(["square3"], clip=0.1)(picture)

    assert residual.max() == 1
    assert residual.min() == -1


def test_three_kernels_give_nine_planes() -> None:
    frontend = FixedFilters(["second_order", "square3", "square5"])

    assert frontend(torch.rand(2, 3, 16, 16)).shape[1] == frontend.out_channels == 9


def test_an_unknown_kernel_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"expected kernels among .*square3.*, but got \['sobel'\]"
    ):
        FixedFilters(["sobel"])


def test_learnt_filters_stay_blind_to_flat_pictures_after_any_step() -> None:
    frontend = ConstrainedConv()
    with torch.no_grad():
        frontend.weight.copy_(torch.rand_like(frontend.weight) * 5 + 0.1)

    assert frontend(torch.full((1, 3, 9, 9), 0.7)).abs().max() < 1e-4


def test_normalised_images_have_the_given_mean_and_deviation() -> None:
    frontend = Normalize(mean=[0.5, 0.5, 0.5], std=[0.25, 0.25, 0.25])

    assert frontend(torch.full((1, 3, 2, 2), 0.75)).unique().tolist() == [1.0]
