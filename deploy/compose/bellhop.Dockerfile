# The bellhop binary with the browser program in it, and nothing else. Built from the repository's root.
FROM node:22-bookworm-slim AS app
WORKDIR /src/web/app
COPY web/app/package.json web/app/package-lock.json web/app/.npmrc ./
RUN npm ci --no-fund --no-audit
COPY web/app ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=app /src/web/app/dist web/app/dist
ARG VERSION=container
RUN CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags "-X main.version=${VERSION}" -o /bellhop ./deploy/bellhop
RUN mkdir /state

FROM scratch
COPY --from=build /bellhop /bellhop
COPY --from=build --chown=65532:65532 /state /var/lib/bellhop
USER 65532:65532
ENTRYPOINT ["/bellhop"]
