# The training code and its locked packages to an image that runs `python train.py` on the words it
# is given: docker run ai-vs-human:cpu model=npr trainer.max_epochs=2
#
# make image VARIANT=cuda ARGS="--build-arg EXTRAS='vertex data'"

# 3.11, 3.12 or 3.13
ARG PYTHON=3.13

# ---------------------------------------------------------------------------- packages of the lock
FROM python:${PYTHON}-slim-trixie AS packages

ARG UV=0.13.9
RUN python -m pip install --no-cache-dir "uv==${UV}"

ENV UV_PROJECT_ENVIRONMENT=/opt/venv \
    VIRTUAL_ENV=/opt/venv \
    UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy

WORKDIR /app
COPY pyproject.toml uv.lock ./

# cuda: torch as it stands in the lock, with NVIDIA's libraries. Anything else is a build of torch
# that uv knows where to find (`uv pip install --torch-backend`): cpu, cu126, rocm7.2, …
ARG VARIANT=cpu
# What is optional in pyproject.toml, with blanks between
ARG EXTRAS=vertex

# The lock's own torch for Linux is built for CUDA: it takes 4 GB of libraries along and is not
# imported without them. For another build of the same version, every other package is held to the
# version and the hashes of the lock, and torch and torchvision to their versions.
RUN --mount=type=cache,target=/root/.cache/uv \
    set -eu; \
    for extra in ${EXTRAS}; do set -- "$@" --extra "${extra}"; done; \
    if [ "${VARIANT}" = cuda ]; then \
      uv sync --locked --no-default-groups --no-install-project "$@"; \
    else \
      export="uv export --quiet --locked --no-default-groups --no-emit-project"; \
      ${export} --no-emit-package torch --no-emit-package torchvision "$@" \
        --output-file /tmp/locked.txt; \
      ${export} --no-hashes --no-annotate --output-file /tmp/all.txt; \
      grep -E '^torch(vision)?==' /tmp/all.txt > /tmp/torch.txt; \
      uv venv "${VIRTUAL_ENV}"; \
      uv pip install --torch-backend "${VARIANT}" --requirements pyproject.toml "$@" \
        --constraints /tmp/locked.txt --constraints /tmp/torch.txt; \
    fi

# ------------------------------------------------------------------------------- the project's code
FROM packages AS code

COPY README.md ./
COPY src src
# Three small files that say where the code is, apart from the packages: a change of the code
# leaves the layer of the packages as it is. `unchecked-hash`: nobody may write here later.
RUN --mount=type=cache,target=/root/.cache/uv \
    uv pip install --no-deps --target /opt/code --editable . \
 && python -m compileall -q --invalidation-mode unchecked-hash src

# ---------------------------------------------------------------------------------------- the image
FROM python:${PYTHON}-slim-trixie

# Any other user may be asked for with `--user`, so the folders are open to all, as /tmp is.
RUN groupadd --gid 10001 trainer \
 && useradd --uid 10001 --gid 10001 --no-log-init --home-dir /home/trainer trainer \
 && install --directory --mode=1777 /home/trainer /app/.cache /app/data /app/outputs

# The first three are for GPUs: all of them, for computing and for reading their energy counters,
# and where clusters put the driver. Without a GPU they mean nothing.
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    LD_LIBRARY_PATH=/usr/local/nvidia/lib64 \
    PATH=/opt/venv/bin:${PATH} \
    HOME=/home/trainer \
    PYTHONUNBUFFERED=1

COPY --from=packages /opt/venv /opt/venv
ARG PYTHON
COPY --from=code /opt/code /opt/venv/lib/python${PYTHON}/site-packages

WORKDIR /app
COPY --from=code /app/src src
COPY scripts scripts
COPY conf conf
COPY train.py pyproject.toml uv.lock ./

# An image has no repository: the commit is told to it, and to its runs. Empty: unknown.
ARG COMMIT=""
# Checked by a RUN, since podman and buildah look at arguments only there: another commit with the
# same files would be given this one's name from their cache.
RUN test -z "${COMMIT}" || expr "${COMMIT}" : '[0-9a-f]\{40,64\}$' > /dev/null
ENV AI_VS_HUMAN_COMMIT=${COMMIT}
LABEL org.opencontainers.image.title="ai-vs-human" \
      org.opencontainers.image.description="Train a detector of AI-generated images" \
      org.opencontainers.image.revision="${COMMIT}"

USER 10001:10001
# A trainer writes a resume point on SIGTERM and exits with 75.
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "train.py"]
