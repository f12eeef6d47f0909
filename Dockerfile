# The sandbox as a container: not root, nothing written outside --data, so `--read-only` works.
#
#   docker build -t payment-sandbox .
#   docker run --rm --read-only -p 127.0.0.1:12111:12111 payment-sandbox
#
# Other containers reach it by a name that must be allowed: -e PAYMENT_SANDBOX_ALLOW_HOST=payment-sandbox

FROM python:3.13-slim AS build
COPY pyproject.toml setup.py README.md LICENSE /src/
COPY sandbox /src/sandbox
COPY scenarios /src/scenarios
RUN python -m venv /opt/payment-sandbox && /opt/payment-sandbox/bin/pip install --no-cache-dir /src

FROM python:3.13-slim
COPY --from=build /opt/payment-sandbox /opt/payment-sandbox
RUN install -d -o 10001 -g 10001 /data
ENV PATH=/opt/payment-sandbox/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PAYMENT_SANDBOX_HOST=0.0.0.0
USER 10001:10001
WORKDIR /
EXPOSE 12111
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["payment-sandbox", "health"]
ENTRYPOINT ["payment-sandbox"]
CMD ["serve", "--host", "0.0.0.0"]
