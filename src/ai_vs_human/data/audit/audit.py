"""A manifest to a report of its leaks and shortcuts, made once for each list of images."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import Final

from ai_vs_human.data.audit.alike import Pair
from ai_vs_human.data.audit.content import content_checks
from ai_vs_human.data.audit.cues import find_cues
from ai_vs_human.data.audit.evidence import Evidence
from ai_vs_human.data.audit.histograms import draw_histograms
from ai_vs_human.data.audit.limits import DEFAULTS, Limits
from ai_vs_human.data.audit.makeup import count_origins, count_splits, makeup_checks
from ai_vs_human.data.audit.probes import mean_thumbnails, probe_metadata, probe_thumbnail
from ai_vs_human.data.audit.report import VERSION, AuditReport
from ai_vs_human.data.audit.sample import draw_sample
from ai_vs_human.data.audit.shortcuts import INVISIBLE, is_format_visible, shortcut_checks
from ai_vs_human.data.audit.store import load_report, save_report
from ai_vs_human.data.manifest import Manifest
from ai_vs_human.errors import ConfigError

log = logging.getLogger(__name__)

_UNREADABLE: Final = 100
_SMALLEST: Final = 100


class Audit:
    """Looks for what makes a detector's figures better than the detector.

    Args:
        cache_dir: where reports are kept.
        strict: whether a verdict of `stop` is to end the run.
        distance: bits in which the perceptual hashes of near-duplicates may differ.
        sample: images that classifiers and histograms are made of, at most.
        limits: by check, the value above which to warn, and the one above which to stop; null
            is never. Checks that are not named keep those of
            `ai_vs_human.data.audit.limits.DEFAULTS`.

    Raises:
        ConfigError: if a number is out of range, or a check unknown.
    """

    def __init__(
        self,
        cache_dir: str | Path,
        *,
        strict: bool = False,
        distance: int = 4,
        sample: int = 20_000,
        limits: Mapping[str, Sequence[float | None]] | None = None,
    ) -> None:
        for key, value, least in (("distance", distance, 0), ("sample", sample, _SMALLEST)):
            if value < least:
                raise ConfigError(
                    f"expected a number from {least} up, but got {value} (audit.{key})"
                )
        self.cache_dir: Final = Path(cache_dir)
        self.strict: Final = strict
        self.distance: Final = distance
        self.sample: Final = sample
        self.limits: Final = Limits({**DEFAULTS, **(limits or {})})

    def recall(self, manifest: Manifest) -> AuditReport | None:
        """The report that was made of these images with these limits, if it is still there."""
        report = load_report(self._path(manifest))
        return None if report is None else replace(report, root=str(manifest.root))

    def examine(self, manifest: Manifest, pairs: Sequence[Pair]) -> AuditReport:
        """Do every check, and keep the report.

        Args:
            manifest: with facts; images without are left out.
            pairs: all images of it that differ in at most `distance` bits.
        """
        known = self.recall(manifest)
        if known is not None:
            return known
        log.info("looking for leaks and shortcuts in %s images", f"{len(manifest):,}")
        report = self._report(_looked_into(manifest), pairs, manifest.fingerprint)
        save_report(report, self._path(manifest))
        return report

    def _report(self, manifest: Manifest, pairs: Sequence[Pair], fingerprint: str) -> AuditReport:
        evidence = Evidence.of(manifest, pairs, self.limits)
        sample = draw_sample(manifest, pairs, self.sample)
        cues = find_cues(sample) if sample.is_enough else ()
        metadata, thumbnail = probe_metadata(sample), probe_thumbnail(sample)
        visible = metadata
        if any(cue.trait in INVISIBLE for cue in cues):
            visible = probe_metadata(sample, visible=True)
        return AuditReport(
            root=str(manifest.root),
            fingerprint=fingerprint,
            splits=count_splits(manifest),
            origins=count_origins(manifest),
            checks=(
                *content_checks(evidence),
                *shortcut_checks(evidence, cues, metadata, thumbnail, visible),
                *makeup_checks(evidence),
            ),
            histograms=draw_histograms(sample),
            cues=cues,
            probes=(metadata, thumbnail),
            thumbnails=mean_thumbnails(sample),
            unreadable=tuple((bad.path, bad.reason) for bad in manifest.unreadable[:_UNREADABLE]),
            unreadable_count=len(manifest.unreadable),
            is_format_visible=is_format_visible(evidence, cues, visible),
        )

    def _path(self, manifest: Manifest) -> Path:
        """Named by all that the report depends on."""
        bad = [astuple(one) for one in manifest.unreadable]
        limits = {name: list(limit) for name, limit in sorted(self.limits.by_check.items())}
        depends = [VERSION, manifest.fingerprint, bad, limits, self.distance, self.sample]
        key = hashlib.sha256(json.dumps(depends).encode()).hexdigest()[:24]
        return self.cache_dir / f"audit-{key}.json"


def _looked_into(manifest: Manifest) -> Manifest:
    known = [record for record in manifest.records if record.path in manifest.facts]
    if len(known) < len(manifest):
        lacking = len(manifest) - len(known)
        log.warning("audit: %s images have not been looked into: left out", f"{lacking:,}")
    return manifest.with_records(known)
