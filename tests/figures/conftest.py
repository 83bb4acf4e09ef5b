"""The settings of the figures for what the tests draw and measure themselves."""

import pytest

from analysis.figures import style


@pytest.fixture(autouse=True)
def unhinted():
    """Letters stand where the font says, as in an SVG, and not where pixels would have them."""
    with style.settings():
        yield
