"""Where packages come from is the user's to say; what is installed, into what and by what is not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from publishing.setup import surroundings

ROOT = Path(__file__).resolve().parents[3]
HARMFUL = {
    "PYTHONPATH": "/x",
    "PYTHONHOME": "/x",
    "PYTHONSTARTUP": "/x.py",
    "PYTHONOPTIMIZE": "2",
    "VIRTUAL_ENV": "/x",
    "CONDA_PREFIX": "/x",
    "PIP_TARGET": "/x",
    "PIP_PREFIX": "/x",
    "PIP_USER": "1",
    "PIP_REQUIREMENT": "/x",
    "PIP_CONSTRAINT": "/x",
    "PIP_NO_DEPS": "1",
    "PIP_DRY_RUN": "1",
    "PIP_NO_BINARY": ":all:",
    "UV_TARGET": "/x",
    "UV_PYTHON": "/x",
    "UV_SYSTEM_PYTHON": "1",
    "UV_NO_VERIFY_HASHES": "1",
    "UV_CONSTRAINT": "/x",
    "UV_OVERRIDE": "/x",
    "UV_NO_BINARY": "1",
    "UV_PROJECT_ENVIRONMENT": "/x",
}
LISTED = """\
global.index-url='https://mirror.invalid/simple'
global.target='/x'
global.require-hashes='false'
global.timeout='9'
install.extra-index-url='\\nhttps://one.invalid/simple\\nhttps://two.invalid/simple'
install.no-deps='true'
download.index-url='https://other.invalid/simple'
:env:.default-timeout='180'
:env:.find-links='/wheels /more'
:env:.cert='/ca.pem'
:env:.proxy='http://proxy.invalid:3128'
nonsense
"""


@pytest.mark.parametrize("name", HARMFUL)
@pytest.mark.parametrize("installer", [surroundings.for_pip, surroundings.for_uv])
def test_no_variable_reaches_an_installer_that_could_rename_something(installer, name: str) -> None:  # type: ignore[no-untyped-def]
    given = installer({"PATH": "/bin", "HOME": "/root", name: HARMFUL[name]}, {})
    assert name not in given and given["PATH"] == "/bin" and given["HOME"] == "/root"


def test_mirrors_proxies_and_certificates_are_read_from_pips_configuration() -> None:
    found = surroundings.sources(LISTED)
    assert found == {
        "index-url": "https://mirror.invalid/simple",
        "extra-index-url": "\nhttps://one.invalid/simple\nhttps://two.invalid/simple",
        "timeout": "180",
        "find-links": "/wheels /more",
        "cert": "/ca.pem",
        "proxy": "http://proxy.invalid:3128",
    }


def test_uv_gets_what_pips_configuration_says() -> None:
    given = surroundings.for_uv({}, surroundings.sources(LISTED))
    assert given == {
        "UV_DEFAULT_INDEX": "https://mirror.invalid/simple",
        "UV_INDEX": "https://one.invalid/simple https://two.invalid/simple",
        "UV_HTTP_TIMEOUT": "180",
        "UV_FIND_LINKS": "/wheels,/more",
        "SSL_CERT_FILE": "/ca.pem",
        "HTTP_PROXY": "http://proxy.invalid:3128",
        "HTTPS_PROXY": "http://proxy.invalid:3128",
        "UV_SYSTEM_CERTS": "1",
    }


def test_what_is_said_to_uv_itself_counts_more() -> None:
    own = {
        "UV_INDEX_URL": "https://mine.invalid/simple",
        "UV_EXTRA_INDEX_URL": "https://also.invalid/simple",
        "UV_INDEX_MINE_PASSWORD": "secret",
        "HTTPS_PROXY": "http://near.invalid",
        "SSL_CERT_FILE": "/mine.pem",
        "UV_NATIVE_TLS": "0",
    }
    given = surroundings.for_uv(own, surroundings.sources(LISTED))
    assert own.items() <= given.items()
    assert not {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_SYSTEM_CERTS"} & set(given)


def test_pip_reads_no_other_configuration() -> None:
    given = surroundings.for_pip({"PIP_CONFIG_FILE": "/mine"}, surroundings.sources(LISTED))
    assert given["PIP_CONFIG_FILE"] == os.devnull and given["PIP_INDEX_URL"] == "https://mirror.invalid/simple"
    assert given["PIP_TIMEOUT"] == "180" and "PIP_TARGET" not in given


def test_pip_is_asked_with_its_own_variables_and_files() -> None:
    asked = surroundings.for_asking_pip(
        {"PIP_INDEX_URL": "x", "PIP_CONFIG_FILE": "y", "PYTHONPATH": "z", "HOME": "h"}
    )
    assert asked == {"PIP_INDEX_URL": "x", "PIP_CONFIG_FILE": "y", "HOME": "h"}


MAKEFILES = [
    ROOT / "Makefile",
    ROOT / "analysis" / "starting" / "template" / "Makefile",
    *ROOT.glob("examples/*/Makefile"),
]


def made(makefile: Path, *arguments: str, **variables: str) -> str:
    """The commands that `make paper` would run with these arguments and variables in the environment."""
    tools = [] if makefile.parent == ROOT else [f"TOOLS={ROOT}"]
    clean = surroundings.plain(os.environ) | {"MAKEFLAGS": ""}
    command = ["make", "-n", "-f", str(makefile), "paper", *tools, *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**clean, **variables}, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("makefile", MAKEFILES, ids=lambda path: path.parent.name)
def test_variables_of_other_tools_do_not_change_what_make_runs(makefile: Path) -> None:
    usual = made(makefile)
    foreign = dict.fromkeys(("PYTHON", "ENGINE", "PROFILE", "FORCE", "BIN", "SHELL", "TOOLS"), "/x/evil")
    if makefile.parent == ROOT:
        assert made(makefile, **foreign) == usual
    foreign.pop("TOOLS")
    assert made(makefile, **foreign) == usual
    assert made(makefile, "BIN=/x", "SHELL=/x") == usual
    assert made(makefile, MAKEFLAGS="e -- BIN=/x", **foreign) == usual


@pytest.mark.parametrize("makefile", MAKEFILES, ids=lambda path: path.parent.name)
def test_what_is_said_to_make_itself_counts(makefile: Path) -> None:
    said = made(makefile, "PYTHON=python3.99", "ENGINE=builtin", "FORCE=1")
    assert "python3.99 -I " in said and "--engine builtin --force" in said and "--no-quarto" in said


@pytest.mark.parametrize("makefile", MAKEFILES, ids=lambda path: path.parent.name)
def test_no_variable_of_python_reaches_what_make_runs(makefile: Path, tmp_path: Path) -> None:
    probe = tmp_path / "Makefile"
    probe.write_text(makefile.read_text("utf-8") + "\nprobe:\n\t@env\n")
    harmful = {name: value for name, value in HARMFUL.items() if name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        ["make", "-f", str(probe), "probe", f"TOOLS={ROOT}"],
        env={**surroundings.plain(os.environ), **harmful, "UV_INDEX": "kept", "HTTPS_PROXY": "kept"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seen = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert not set(harmful) & set(seen) and seen["PYTHONHASHSEED"] == "0"
    assert seen["UV_INDEX"] == seen["HTTPS_PROXY"] == "kept"
