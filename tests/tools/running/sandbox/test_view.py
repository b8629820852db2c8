"""What a run sees: outer folders once, links followed, hidden files of a home masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_implementer.tools.running.sandbox.bubblewrap import command
from paper_implementer.tools.running.sandbox.seatbelt import profile
from paper_implementer.tools.running.sandbox.view import View


def test_folders_in_others_and_in_the_system_are_not_shown_twice(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    view = View((tmp_path / "a" / "b", tmp_path / "a", Path("/usr/lib")), home=Path("/nobody"))
    assert view.shown() == [tmp_path / "a"]


def test_links_on_the_way_are_there_and_lead_to_the_real_place(tmp_path: Path) -> None:
    (tmp_path / "real" / "code").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    view = View((tmp_path / "link" / "code",), home=Path("/nobody"))
    assert view.shown() == [tmp_path / "real" / "code"]
    assert view.links() == [(tmp_path / "link", "real")]


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert View((tmp_path / "a",)).shown()


def test_hidden_files_of_the_home_are_masked_unless_they_are_needed(tmp_path: Path) -> None:
    for name in (".ssh", ".pyenv", "project"):
        (tmp_path / name).mkdir()
    (tmp_path / ".netrc").write_text("x")
    view = View((tmp_path, tmp_path / ".pyenv"), home=tmp_path)
    assert view.masked() == [tmp_path / ".netrc", tmp_path / ".ssh"]
    assert View((tmp_path / "project",), home=tmp_path).masked() == []


@pytest.mark.parametrize(("shown", "scratch"), [("/data", "/tmp"), ("/tmp", "/var/tmp"), ("/tmp/x", "/tmp")])
def test_scratch_lies_where_it_hides_nothing(shown: str, scratch: str) -> None:
    assert View((Path(shown),)).scratch == scratch


def test_devices_are_bound_after_dev_and_the_roots_are_read_only_last(tmp_path: Path) -> None:
    parts = command(
        "bwrap", ["true"], view=View((tmp_path,)), environment={"A": "b"}, cwd=tmp_path, filtered=True, devices=True
    )
    assert parts.index("--clearenv") < parts.index("--setenv")
    assert parts[parts.index("--remount-ro") + 1] == "/dev"
    assert parts.index("/dev/shm") > parts.index("--dev")
    last = len(parts) - 1 - parts[::-1].index("--remount-ro")
    assert parts[last + 1] == "/"
    assert parts[-2:] == ["--", "true"]


def test_a_path_cannot_break_out_of_the_profile_of_macos(tmp_path: Path) -> None:
    folder = tmp_path / 'a")(allow network*)(literal "'
    folder.mkdir()
    text = profile(View((folder,)), tmp_path)
    assert '\\")(allow network*)' in text
    assert "(deny network*)" in text
