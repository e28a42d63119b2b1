"""The content security policy of a page that brings everything along: its own script and styles, and no network."""

import base64
import hashlib


def content_policy(styles: str, script: str, *, asks_its_server: bool = False) -> str:
    """Return a policy that allows one style sheet and one script, by their SHA-256, and else nothing.

    Args:
        styles: the content of the page's only style element.
        script: likewise of its only script.
        asks_its_server: whether the script may ask the server that the page came from; else it may ask nobody.
    """
    connect = "connect-src 'self'; " if asks_its_server else ""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(styles)}; {connect}img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
