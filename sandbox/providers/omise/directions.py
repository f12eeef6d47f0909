"""Where the official Omise libraries are pointed at the sandbox: API and vault are the same address here."""

from __future__ import annotations

from collections.abc import Sequence

HEAD = "Omise: the keys skey_test_NAME and pkey_test_NAME open merchant NAME. API and vault are the same:"


def directions(url: str, host: str, port: str) -> Sequence[str]:
    return (
        HEAD,
        f'  python  omise.api_main = omise.api_vault = "{url}"',
        f'  node    omise({{secretKey, publicKey, host: "{host}", vaultHost: "{host}", scheme: "http"}}), which takes no port:',
        f'          require("http").globalAgent.defaultPort = {port}, or serve --also-port 80',
        f'  ruby    Omise.api_url = Omise.vault_url = "{url}"',
        f'  go      client.Endpoints = map[string]string{{"https://api.omise.co": "{url}", "https://vault.omise.co": "{url}"}}',
        f'  php     define("OMISE_API_URL", "{url}/"); define("OMISE_VAULT_URL", "{url}/"); before the library is loaded',
        f'  dotnet  new Client(pkey, skey, new CustomEnvironment(...)) with "{url}" for Api and Vault',
        f'  java    an OkHttp interceptor that rewrites scheme, host and port to {url}: its hosts are fixed',
    )
