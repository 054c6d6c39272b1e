"""The machines of a Vertex AI custom job to what Lightning asks of a cluster."""

from lightning.fabric.plugins.environments.lightning import LightningEnvironment
from typing_extensions import override

from ai_vs_human.cloud.cluster import Cluster


class VertexEnvironment(LightningEnvironment):
    """Several machines, each of which starts `train.py` once and Lightning the rest.

    Args:
        cluster: the machines, and which of them this is.
    """

    def __init__(self, cluster: Cluster) -> None:
        super().__init__()
        self._cluster = cluster

    @property
    @override
    def main_address(self) -> str:
        return self._cluster.main_address

    @property
    @override
    def main_port(self) -> int:
        return self._cluster.main_port

    @override
    def node_rank(self) -> int:
        return self._cluster.node_rank
