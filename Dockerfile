# The image of the cq server: docs/deployment.md says how to run it.

# nothing that is built depends on a platform: once, on that of the builder
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY tools tools
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-bookworm-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="cq-server" \
      org.opencontainers.image.description="A shared commons of knowledge units for coding agents" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY bin bin
COPY package.json LICENSE CHANGELOG.md ./
# /data is for SQLite and its secrets; nothing else is written but /tmp
RUN ln -s /app/bin/cq-server.js /usr/local/bin/cq-server && install -d -m 0700 -o 10001 -g 10001 /data
# what new objects may take of memory, twice this: unless told, V8 lets that grow to 128 MiB, and is no quicker for it
ENV NODE_OPTIONS=--max-semi-space-size=16 \
    NODE_ENV=production \
    CQ_HOST=0.0.0.0 \
    CQ_PORT=3000 \
    CQ_DB_PATH=/data/cq.db
USER 10001:10001
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CQ_PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# no shell in between: the server is the process that gets SIGTERM
ENTRYPOINT []
CMD ["cq-server", "serve"]
