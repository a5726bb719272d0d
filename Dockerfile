# syntax=docker/dockerfile:1
# docker build -t is-bitcoin-lit .
ARG NODE_IMAGE=node:26-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY . .
# The base image includes Node.js, so no install script has to run.
RUN npm ci --ignore-scripts --no-audit --no-fund \
 && npm run build \
 && npm pack --ignore-scripts --silent --pack-destination /tmp \
 && mkdir /app \
 && tar -xzf /tmp/is-bitcoin-lit-*.tgz -C /app --strip-components=1

FROM ${NODE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE_URL=
LABEL org.opencontainers.image.title="is-bitcoin-lit" \
      org.opencontainers.image.description="A self-hosted service that answers one question, is Bitcoin lit?, and shows its working" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE_URL}"
COPY --from=build /app /app
# A new volume gets the owner of this folder.
RUN mkdir /data && chown 1000:1000 /data \
 && ln -s /app/bin/is-bitcoin-lit.mjs /usr/local/bin/is-bitcoin-lit
WORKDIR /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
VOLUME /data
EXPOSE 8080
# A number, because Kubernetes cannot tell from a name that the user is not root.
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["is-bitcoin-lit"]
CMD ["serve"]
