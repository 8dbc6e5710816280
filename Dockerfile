# syntax=docker/dockerfile:1

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The embedded PostgreSQL is an optional dependency: a container is given a DATABASE_URL.
RUN npm ci --omit=optional
COPY tsconfig.json nest-cli.json ormconfig.ts production.env ./
COPY src src
RUN npx nest build && npm prune --omit=dev --omit=optional

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json /app/production.env ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# Mail is written here when no SMTP_URL is set.
RUN mkdir .data && chown node:node .data
USER node
EXPOSE 3000
# Of the API, or of a worker that is given a WORKER_PORT.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_PORT || process.env.PORT || 3000}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "--max-semi-space-size=64", "--no-allocation-site-pretenuring", "dist/src/main.js"]
