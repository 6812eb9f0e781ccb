# litwatch in a container: non-root, read-only root file system, one volume (/data).
#   docker build -t litwatch .
#   docker run --rm --read-only --tmpfs /tmp -v litwatch:/data --env-file litwatch.env litwatch run

FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/litwatch
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /opt/litwatch/bin/pip install --no-cache-dir ".[postgres]"

FROM python:3.13-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/litwatch /opt/litwatch
ENV PATH=/opt/litwatch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LITWATCH_CONFIG=/data/config.yaml
WORKDIR /data
VOLUME /data
USER 65532:65532
HEALTHCHECK --interval=15m --timeout=30s --start-period=1h CMD ["litwatch", "status"]
ENTRYPOINT ["tini", "--", "litwatch"]
CMD ["run"]
