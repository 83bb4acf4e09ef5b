"""The environment variables that an installer gets: where packages come from is the user's, the rest is ours.

Machines behind a mirror or a proxy say so in pip's configuration, in its variables or in uv's. Those settings are
handed on to both installers. Every other variable of pip, uv and Python is left out: it could rename what is
installed, into what, and by what.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping

#: pip's options that say where packages come from and how to get there
SOURCES = frozenset(
    "index-url extra-index-url find-links no-index trusted-host cert client-cert proxy timeout retries "
    "keyring-provider cache-dir no-cache-dir".split()
)
_ALSO_CALLED = {"default-timeout": "timeout", "pypi-url": "index-url"}
#: the sections of pip's configuration that `pip install` reads, the stronger ones later
_SECTIONS = ("global", "install", ":env:")
#: the same of uv
_OF_UV = frozenset(
    "UV_DEFAULT_INDEX UV_INDEX UV_INDEX_URL UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_NO_INDEX UV_OFFLINE UV_INSECURE_HOST "
    "UV_NATIVE_TLS UV_SYSTEM_CERTS UV_KEYRING_PROVIDER UV_CREDENTIALS_DIR UV_HTTP_TIMEOUT UV_HTTP_RETRIES "
    "UV_CACHE_DIR UV_NO_CACHE UV_LINK_MODE UV_CONFIG_FILE UV_CONCURRENT_DOWNLOADS UV_CONCURRENT_INSTALLS".split()
)
_FOREIGN = ("PYTHON", "PIP_", "UV_", "VIRTUAL_ENV", "CONDA_", "__PYVENV_")


def plain(variables: Mapping[str, str]) -> dict[str, str]:
    """``variables`` without those that steer Python, pip, uv or another environment."""
    return {name: value for name, value in variables.items() if not name.upper().startswith(_FOREIGN)}


def for_asking_pip(variables: Mapping[str, str]) -> dict[str, str]:
    """What ``pip config list`` is run with: it reads pip's variables and files, and installs nothing."""
    asked = {name: value for name, value in variables.items() if name.startswith("PIP_")}
    return plain(variables) | asked


def sources(listed: str) -> dict[str, str]:
    """Pip's options of :data:`SOURCES` out of what ``pip config list`` prints."""
    found: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for line in listed.splitlines():
        place, _, quoted = line.partition("=")
        section, _, option = place.strip().rpartition(".")
        option = option.lower().replace("_", "-")
        option = _ALSO_CALLED.get(option, option)
        if section not in found or option not in SOURCES:
            continue
        try:
            found[section][option] = str(ast.literal_eval(quoted))
        except (SyntaxError, ValueError):
            continue
    merged: dict[str, str] = {}
    for section in _SECTIONS:
        merged |= found[section]
    return merged


def for_pip(variables: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Variables for a pip that reads no other configuration than ``settings``, from :func:`sources`."""
    given = {f"PIP_{option.upper().replace('-', '_')}": value for option, value in settings.items()}
    return plain(variables) | given | {"PIP_CONFIG_FILE": os.devnull}


def for_uv(variables: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Variables for uv: its own settings of where packages come from, then those of pip, which uv does not read."""
    kept = {
        name: value
        for name, value in variables.items()
        if name in _OF_UV or (name.startswith("UV_INDEX_") and name.endswith(("_USERNAME", "_PASSWORD")))
    }
    given = plain(variables) | kept

    def hand_on(option: str, name: str, *others: str) -> None:
        value = " ".join(settings.get(option, "").split())
        if value and not any(given.get(one) for one in (name, *others)):
            given[name] = value

    hand_on("index-url", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
    hand_on("extra-index-url", "UV_INDEX", "UV_EXTRA_INDEX_URL")
    hand_on("trusted-host", "UV_INSECURE_HOST")
    hand_on("cert", "SSL_CERT_FILE", "SSL_CERT_DIR")
    hand_on("client-cert", "SSL_CLIENT_CERT")
    hand_on("timeout", "UV_HTTP_TIMEOUT")
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        hand_on("proxy", name, name.lower(), "ALL_PROXY", "all_proxy")
    if settings.get("keyring-provider") == "subprocess":
        hand_on("keyring-provider", "UV_KEYRING_PROVIDER")
    links = settings.get("find-links", "").split()
    if links and not given.get("UV_FIND_LINKS"):
        given["UV_FIND_LINKS"] = ",".join(links)
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        given.setdefault("UV_NO_INDEX", "1")
    # as pip does: the certificates that this machine trusts
    if "UV_NATIVE_TLS" not in given:
        given.setdefault("UV_SYSTEM_CERTS", "1")
    return given
