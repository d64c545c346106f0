# Asterisk 22 from Debian's packages, with the configuration that bellhop asterisk writes. Debian 12 has no Asterisk; its
# next stable has.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -buildvcs=false -trimpath -o /bellhop ./deploy/bellhop

FROM debian:forky-slim
RUN apt-get update && apt-get install -y --no-install-recommends asterisk && rm -rf /var/lib/apt/lists/*
RUN install -d -o asterisk -g asterisk -m 0700 /var/lib/bellhop
COPY --from=build /bellhop /usr/local/bin/bellhop
USER asterisk
ENTRYPOINT ["bellhop", "asterisk"]
