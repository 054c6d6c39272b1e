import re
from typing import Any

import pytest

from ai_vs_human.cloud.vertex.checked import settings_from
from ai_vs_human.errors import ConfigError
from tests.cloud.vertex.test_spec import REQUIRED


def refused(**values: Any) -> str:
    with pytest.raises(ConfigError, match="expected ") as caught:
        settings_from({**REQUIRED, **values})
    return str(caught.value)


def test_all_that_is_missing_or_wrong_is_said_at_once() -> None:
    text = refused(project=None, region="", image="registry/train:latest", spot="yes")

    assert text.startswith("4 faults\n")
    assert (
        "expected the id of a Google Cloud project, but got none (hydra.launcher.project)" in text
    )
    assert "export GOOGLE_CLOUD_PROJECT=<id>" in text
    assert "expected a region of Vertex AI, but got none (hydra.launcher.region)" in text
    assert "expected true or false, but got 'yes' (hydra.launcher.spot)" in text
    assert "but got 'registry/train:latest' (hydra.launcher.image)" in text


@pytest.mark.parametrize(
    "image",
    ["train", "registry:5000/train", "train:latest", "train@sha256:12", "train:", "a/b:c/train"],
)
def test_an_image_that_may_change_is_refused(image: str) -> None:
    assert "a tag of its own or a digest" in refused(image=image)
    assert "<commit>, as dockerfiles/cloudbuild.yaml pushes it" in refused(image=image)


@pytest.mark.parametrize(
    "image", ["train:1a2b", "registry:5000/train:v1.2_x", f"r/train@sha256:{'a' * 64}"]
)
def test_an_image_that_cannot_change_is_taken(image: str) -> None:
    assert settings_from({**REQUIRED, "image": image}).image == image


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"bucket": "my-bucket"}, "expected gs://<bucket>/<folder>, but got 'my-bucket'"),
        ({"accelerator_count": 1}, "an accelerator's type and how many of it, or neither, but got"),
        ({"accelerator_type": "NVIDIA_L4"}, "or neither, but got 0 of NVIDIA_L4"),
        ({"reduction_server_count": 1}, "expected several replicas for a reduction server"),
        ({"spot": True, "max_wait_seconds": 60}, "expected spot machines or flex start, but got"),
        ({"replica_count": 0}, "expected a number from 1 up, but got 0 (hydra.launcher.replica"),
        ({"boot_disk_gb": 50}, "expected a number from 100 up, but got 50"),
        ({"poll_seconds": 0}, "expected a number of seconds above 0, but got 0"),
        ({"replica_count": 1.5}, "expected a whole number, but got 1.5"),
        ({"replica_count": True}, "expected a whole number, but got True"),
        ({"max_wait_seconds": "1h"}, "expected a whole number or null, but got '1h'"),
        ({"fetch": "some"}, "expected one of results, all, none, but got 'some'"),
        ({"command": "python train.py"}, "expected a list of words, but got 'python train.py'"),
        ({"labels": {"Team": "x"}}, "expected small letters, digits, - and _, at most 63"),
        ({"environment": {"A-B": "x"}}, "expected the name of a variable, but got 'A-B'"),
        ({"environment": {"A": None}}, "expected names with a text each, but got something else"),
    ],
)
def test_a_value_that_cannot_work_is_refused(values: dict[str, Any], sentence: str) -> None:
    assert sentence in refused(**values)


@pytest.mark.parametrize("value", ["sk-abc+def/ghi==", "my own secret", 12345678])
def test_a_secret_in_place_of_its_name_is_refused_and_not_repeated(value: object) -> None:
    text = refused(secrets={"OPENAI_API_KEY": value})

    assert re.search(r"expected (the name of a secret in Secret Manager|names with a text)", text)
    assert str(value) not in text
