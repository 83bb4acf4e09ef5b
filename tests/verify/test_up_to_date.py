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


def test_the_paper_is_rendered_and_verified_once_until_something_differs(copy):
    ask = ("paper", "--engine", "builtin")
    # another test may have had the original verified
    first, second = small_project.run(copy, *ask, "--force"), small_project.run(copy, *ask)
    assert "Every number in the outputs has its origin" in first.stdout, first.stderr
    assert second.stdout.startswith("_output is up to date and verified") and second.stdout.count("\n") == 1

    page = copy / "_output" / "manuscript.html"
    rendered = page.read_bytes()
    page.write_bytes(rendered.replace(b"0.79", b"0.78", 1))
    again = small_project.run(copy, *ask)
    assert "not up to date: manuscript.html" in again.stdout and "Every number" in again.stdout
    assert page.read_bytes() == rendered


def test_a_file_is_read_once_and_again_when_it_differs(copy):
    from publishing.verify.identity import Names
    from publishing.verify.reading import each_once, read_output

    page, names = copy / "_output" / "manuscript.html", Names((), ())
    assert read_output(page, names) is not read_output(page, names)
    with each_once():
        first = read_output(page, names)
        assert read_output(page, names) is first
        page.write_text(page.read_text(encoding="utf-8").replace("0.79", "0.78", 1), encoding="utf-8")
        assert read_output(page, names) != first
