# The service alone, for docker-compose.yml or any host that brings its own Postgres and Redis. Without DATABASE_URL it
# starts the embedded Postgres in /data.
ARG PYTHON_VERSION=3.12

FROM python:${PYTHON_VERSION}-slim AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/ict && python -m venv /opt/build
COPY requirements.lock requirements-build.lock ./
RUN /opt/ict/bin/pip install --require-hashes --only-binary :all: --requirement requirements.lock \
    && /opt/build/bin/pip install --require-hashes --only-binary :all: --requirement requirements-build.lock
COPY pyproject.toml README.md ./
COPY tools ./tools
COPY rulebook ./rulebook
COPY agent ./agent
COPY api ./api
COPY evals ./evals
RUN /opt/build/bin/hatchling build --target wheel --directory /src/dist \
    && /opt/ict/bin/pip install --no-index --no-deps /src/dist/*.whl

FROM python:${PYTHON_VERSION}-slim
RUN useradd --system --uid 10001 --create-home ict && install --directory --owner ict --mode 0700 /data
COPY --from=builder /opt/ict /opt/ict
ENV PATH="/opt/ict/bin:${PATH}" \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    ICT_DATA_DIR=/data
USER ict
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["ict", "serve"]
