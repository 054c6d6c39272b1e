"""A sample to how often each value of each trait occurs in each class."""

from ai_vs_human.data.audit.bins import cut_for_show
from ai_vs_human.data.audit.report import Histogram
from ai_vs_human.data.audit.sample import Sample
from ai_vs_human.data.audit.traits import TRAITS


def draw_histograms(sample: Sample) -> tuple[Histogram, ...]:
    """A histogram of every trait."""
    histograms = []
    for trait in TRAITS:
        binned = cut_for_show(trait, sample.facts)
        ai, human = binned.counts(sample.is_ai), binned.counts(~sample.is_ai)
        histograms.append(
            Histogram(
                trait.name,
                trait.title,
                binned.words,
                tuple(map(int, ai)),
                tuple(map(int, human)),
            )
        )
    return tuple(histograms)
