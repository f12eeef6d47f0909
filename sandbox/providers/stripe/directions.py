"""Where the official Stripe libraries are pointed at the sandbox: API, files and connect hosts, or uploads leave for the real ones."""

from __future__ import annotations

from collections.abc import Sequence

HEAD = "Stripe: the key sk_test_NAME opens merchant NAME."
BACKENDS = "; ".join(f"stripe.SetBackend(stripe.{name}Backend, b)" for name in ("API", "Uploads", "Connect"))


def directions(url: str, host: str, port: str) -> Sequence[str]:
    return (
        HEAD,
        f'  python  stripe.api_base = stripe.upload_api_base = stripe.connect_api_base = "{url}"',
        f'          stripe.StripeClient(key, base_addresses=dict.fromkeys(("api", "files", "connect"), "{url}"))',
        f'  node    new Stripe(key, {{host: "{host}", port: {port}, protocol: "http"}})',
        f'  ruby    Stripe.api_base = Stripe.uploads_base = Stripe.connect_base = "{url}"',
        f'  go      b := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{{URL: stripe.String("{url}")}})',
        f"          {BACKENDS}",
        f'  php     new \\Stripe\\StripeClient(["api_key" => $key, "api_base" => "{url}", "files_base" => "{url}",'
        f' "connect_base" => "{url}"])',
        f'  java    Stripe.overrideApiBase("{url}"); Stripe.overrideUploadBase("{url}"); Stripe.overrideConnectBase("{url}");',
        f"  CLI     stripe --api-base {url} --api-key sk_test_NAME ...   (it wants a NAME of four letters or more)",
    )
