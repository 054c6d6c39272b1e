# From a fresh clone to a trained detector with git, make and Python 3.11+: `make train`.
# Portable to make 3.81 and POSIX sh. On Windows run the `uv run …` commands themselves.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# A uv that runs (a shim on the PATH may not), else one of our own below .uv, which nothing else sees.
UV := $(shell if uv --version >/dev/null 2>&1; then command -v uv; else echo .uv/bin/uv; fi)
UV_RUN := $(UV) run --locked

# Half of a run's start is Python compiling what it imports: once, when the environment is made.
export UV_COMPILE_BYTECODE := 1

# An address such as gs://bucket/folder, a path, or the name of a remote in DVC's settings
REMOTE ?=

# Words for the program behind a target: make train ARGS="model=npr trainer.max_epochs=2"
ARGS ?=

# What the container image holds: cpu, cuda (as locked), or another torch backend of uv's
VARIANT ?= cpu
IMAGE ?= ai-vs-human:$(VARIANT)
# The first that runs: a docker without its daemon does not
BUILDER = $(shell for program in docker podman buildah; do \
  $$program info >/dev/null 2>&1 && echo $$program && break; done)
# Only code that is exactly a commit's is said to be of it
COMMIT = $(shell test -z "$$(git status --porcelain 2>&1)" && git rev-parse HEAD)

.PHONY: help
help:  ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

.PHONY: sync
sync: $(UV)  ## Make the locked environment; with a launcher's extra: ARGS="--extra ray"
	$(UV) sync --locked $(ARGS)

.PHONY: train
train: $(UV)  ## Train a detector: ARGS="model=npr trainer.max_epochs=2"
	$(UV_RUN) python train.py $(ARGS)

.PHONY: smoke
smoke: $(UV)  ## Train for one epoch on 240 small images: does everything work here?
	$(UV_RUN) python train.py data.size=tiny trainer.max_epochs=1 $(ARGS)

.PHONY: data
data: $(UV)  ## Draw the embedded dataset into data/: exactly what data.dvc names
	$(UV_RUN) --extra data python scripts/data.py draw

.PHONY: data-push
data-push: $(UV)  ## Send data/ to a remote: REMOTE=gs://bucket/folder, or a folder beside this one
	$(UV_RUN) --extra data python scripts/data.py push $(if $(REMOTE),"$(REMOTE)")

.PHONY: data-pull
data-pull: $(UV)  ## Fetch data/ from a remote: REMOTE=gs://bucket/folder
	$(UV_RUN) --extra data python scripts/data.py pull $(if $(REMOTE),"$(REMOTE)")

.PHONY: vertex-dry-run
vertex-dry-run: $(UV)  ## Show what Vertex AI would be asked for: ARGS="model=npr seed=0,1"
	GOOGLE_CLOUD_PROJECT=$${GOOGLE_CLOUD_PROJECT:-my-project} \
	GOOGLE_CLOUD_REGION=$${GOOGLE_CLOUD_REGION:-europe-west4} \
	AI_VS_HUMAN_IMAGE=$${AI_VS_HUMAN_IMAGE:-my-image:my-tag} \
	AI_VS_HUMAN_BUCKET=$${AI_VS_HUMAN_BUCKET:-gs://my-bucket/ai-vs-human} \
	$(UV_RUN) python train.py -m hydra/launcher=vertex hydra.launcher.dry_run=true $(ARGS)

.PHONY: reproduce
reproduce: $(UV)  ## Train a run again and compare weights and metrics: RUN=<id>
	$(UV_RUN) python scripts/reproduce.py run=$(or $(RUN),latest)

.PHONY: image
image:  ## Build the container image, e.g. with VARIANT=cuda ARGS="--build-arg PYTHON=3.12"
	@test -n "$(BUILDER)" || { \
	  echo "expected docker, podman or buildah to build with, but got none that runs" >&2; \
	  echo "hint: apt-get install podman, or start docker's daemon" >&2; exit 1; }
	$(BUILDER) build --file dockerfiles/train.dockerfile --tag $(IMAGE) \
	  --build-arg VARIANT=$(VARIANT) --build-arg COMMIT=$(COMMIT) $(ARGS) .

.PHONY: test
test: $(UV)  ## Run the tests: ARGS="-k energy"
	$(UV_RUN) pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: check
check: $(UV)  ## Check style, types, imports, configs, workflows, the dockerfile and the lock
	$(UV) lock --check
	$(UV_RUN) ruff check
	$(UV_RUN) ruff format --check
	$(UV_RUN) mypy
	$(UV_RUN) lint-imports
	$(UV_RUN) zizmor --offline --quiet .github
	$(UV_RUN) hadolint dockerfiles/train.dockerfile
	$(UV_RUN) pytest tests/contracts

.PHONY: format
format: $(UV)  ## Bring the code into shape
	$(UV_RUN) ruff check --fix
	$(UV_RUN) ruff format

.PHONY: bench
bench: $(UV)  ## Measure what the framework costs over a bare training loop
	$(UV_RUN) python scripts/benchmarks/overhead.py $(ARGS)

.PHONY: bench-data
bench-data: $(UV)  ## Measure how fast images are fed: ARGS="images=500" or ARGS="root=IMAGES"
	$(UV_RUN) python scripts/benchmarks/data.py $(ARGS)

.PHONY: bench-energy
bench-energy: $(UV)  ## Measure what the energy callback costs a training step: ARGS="turns=20"
	$(UV_RUN) python scripts/benchmarks/energy.py $(ARGS)

.PHONY: clean
clean:  ## Remove caches; data, outputs and environments stay
	rm -rf .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist
	find src tests scripts -type d -name __pycache__ -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean  ## Remove the environments too; data and outputs stay
	rm -rf .venv .uv

# Below --target pip minds no system-wide environment, managed or not; where there is no pip, a
# virtual environment brings one. Either way the program is .uv/bin/uv.
.uv/bin/uv:
	python3 -m pip install --quiet --upgrade --target .uv uv || \
	  { rm -rf .uv && python3 -m venv .uv && .uv/bin/python -m pip install --quiet uv; }
