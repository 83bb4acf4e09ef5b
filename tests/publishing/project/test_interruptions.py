"""What ends when the program is asked to, and what waits until it may."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from publishing.project import interruptions
from publishing.project.turns import turn

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_a_signal_waits_until_what_must_be_whole_is_done():
    done = []
    with interruptions.listening(), pytest.raises(interruptions.Interrupted) as caught:
        with interruptions.held():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("first")
            with interruptions.held():
                done.append("second")
            done.append("third")
        done.append("never")
    assert done == ["first", "second", "third"] and caught.value.name == "SIGTERM"


def test_a_second_signal_does_not_cut_the_cleaning_up():
    with interruptions.listening():
        with pytest.raises(interruptions.Interrupted):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(600)
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        # nothing is started any more
        with pytest.raises(OSError, match="ending"):
            interruptions.start(SLEEP)


def test_what_was_started_ends_and_the_next_command_may_start_again():
    with interruptions.listening():
        process = interruptions.start(SLEEP)
        interruptions.stop_all()
        assert process.poll() is not None
    with interruptions.listening():
        assert interruptions.run([sys.executable, "-c", "print(5)"], text=True).stdout == "5\n"


def test_a_process_that_takes_too_long_is_ended():
    with pytest.raises(subprocess.TimeoutExpired):
        interruptions.run(SLEEP, timeout=1)


def test_who_ignores_a_signal_goes_on_ignoring_it():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptions.listening():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_turn_is_had_once_and_given_back(tmp_path):
    with turn(tmp_path / "a") as outer, turn(tmp_path / "a") as inner, turn(tmp_path / "b") as other:
        assert (outer, inner, other) == (True, False, True)
    with turn(tmp_path / "a") as again:
        assert again
