"""Property tests draw the same examples on every machine; tallies that tests record are printed at the end."""

from collections import Counter

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_terminal_summary(terminalreporter):
    """Print how often each ("tally", "campaign: outcome") was recorded, one line per campaign."""
    tallies = Counter(
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "tally" and getattr(report, "when", "") == "call"
    )
    for campaign in sorted({value.partition(": ")[0] for value in tallies}):
        outcomes = {v.partition(": ")[2]: n for v, n in sorted(tallies.items()) if v.startswith(f"{campaign}: ")}
        words = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items())
        terminalreporter.write_line(f"{campaign}: {sum(outcomes.values())} tried, {words}")
