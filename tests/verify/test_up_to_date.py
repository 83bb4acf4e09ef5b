"""What was rendered and verified is not rendered and verified again, until something differs."""

import small_project


def test_a_second_render_and_verification_say_that_they_have_nothing_to_do(copy):
    # another test may have had the original verified
    assert small_project.run(copy, "render", "--engine", "builtin", "--force").returncode == 0
    again = small_project.run(copy, "render", "--engine", "builtin")
    assert again.returncode == 0 and "_output is up to date with data" in again.stdout
    first, second, asked = (
        small_project.run(copy, "verify", *options) for options in (["--unless-verified"], ["--unless-verified"], [])
    )
    assert "Every number in the outputs has its origin" in first.stdout
    assert second.stdout.startswith("These outputs were verified before")
    assert "Every number in the outputs has its origin" in asked.stdout

    page = copy / "_output" / "manuscript.html"
    page.write_text(page.read_text(encoding="utf-8").replace("0.79", "0.78", 1), encoding="utf-8")
    tampered = small_project.run(copy, "verify", "--unless-verified")
    assert tampered.returncode == 1 and "“0.78”" in tampered.stderr
