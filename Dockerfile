# The binary on Debian 12, with nothing of what built it.
#
#   docker build -t veche . && docker run -p 3001:3001 -v veche-data:/data veche
FROM debian:12-slim AS build
WORKDIR /veche
# The packages first: they change seldom, and so stay in the cache.
COPY scripts/bootstrap scripts/
RUN scripts/bootstrap server
COPY . .
RUN scripts/build release veche

FROM debian:12-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends libcrypt1 libfmt9 \
    libprometheus-cpp-core1.0 libsimdjson14 libsodium23 libspdlog1.10 libsqlite3-0 libssl3 \
    libstdc++6 zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --home-dir /data veche \
  && install --directory --owner veche --mode 700 /data
COPY --from=build /veche/build/release/veche /usr/local/bin/
USER veche
WORKDIR /data
ENV HOST=0.0.0.0 PORT=3001 VECHE_DATA_DIR=/data
VOLUME /data
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -q '^HTTP/1.1 200 ' <&3"]
ENTRYPOINT ["veche"]
CMD ["serve"]
