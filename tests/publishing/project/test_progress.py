"""The lines that tell what is done, which the bench of the rendering reads."""

import io
import re

import pytest

from bench.rendering import steps
from publishing.project.progress import Progress


def test_a_step_is_a_line_with_its_seconds_that_the_bench_can_read() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    with progress.step("run manuscript, supplement"):
        pass
    progress.say("8 files in 3.1 s:\n  _output/manuscript.html        891 KiB")
    assert steps(stream.getvalue()) == [("run manuscript, supplement", 0.0)]


def test_a_step_that_fails_says_so_and_is_no_time_of_a_render() -> None:
    stream = io.StringIO()
    with pytest.raises(ValueError, match="stop"), Progress(stream).step("write supplement.pdf"):
        raise ValueError("stop")
    assert re.search(r"write supplement\.pdf +failed after 0\.0 s", stream.getvalue())
    assert steps(stream.getvalue()) == []
