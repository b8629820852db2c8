"""Archives from strangers: nothing is written outside the folder, nothing but plain files, and never too much."""

from __future__ import annotations

import gzip
import stat
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.tools.errors import PaperImplementerError, RefusedForSafety, TooLarge, Unreadable
from paper_implementer.tools.papers.archive import Limits, unpack
from tests.support import packing

SMALL = Limits(files=20, depth=5, total_bytes=1 << 20, ratio=50, ratio_from_bytes=1 << 16)


def unpacked(tmp_path: Path, data: bytes, name: str = "a.tar.gz") -> tuple[dict[str, bytes], list[str]]:
    """What an archive leaves in its folder, and the kinds of the warnings. Fails if anything else appears."""
    archive = tmp_path / name
    archive.write_bytes(data)
    into = tmp_path / "into"
    into.mkdir()
    warnings = unpack(archive, into, SMALL)
    assert {p.name for p in tmp_path.iterdir()} == {name, "into"}
    assert not any(p.is_symlink() for p in into.rglob("*"))
    return {p.relative_to(into).as_posix(): p.read_bytes() for p in into.rglob("*") if p.is_file()}, [
        w.kind for w in warnings
    ]


GOOD: dict[str, bytes] = {"main.tex": b"\\section{A}", "figures/a.png": b"png"}


def test_tar_gz(tmp_path: Path) -> None:
    assert unpacked(tmp_path, packing.tar_gz(dict(GOOD))) == (GOOD, [])


def test_plain_tar_whatever_its_name(tmp_path: Path) -> None:
    assert unpacked(tmp_path, packing.tar(dict(GOOD)), "a.zip") == (GOOD, [])


def test_zip(tmp_path: Path) -> None:
    assert unpacked(tmp_path, packing.zipped(dict(GOOD)), "a.zip") == (GOOD, [])


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"\\documentclass{article}", "paper.tex"), (b"%PDF-1.7", "paper.pdf"), (b"plain words", "paper.txt")],
)
def test_gzip_of_one_file_is_named_after_what_it_is(tmp_path: Path, content: bytes, name: str) -> None:
    assert unpacked(tmp_path, gzip.compress(content), "e-print") == ({name: content}, [])


def test_clutter_is_left_out(tmp_path: Path) -> None:
    files = {**GOOD, "__MACOSX/main.tex": b"x", "figures/._a.png": b"x", ".git/config": b"x", ".DS_Store": b"x"}
    assert unpacked(tmp_path, packing.zipped(dict(files))) == (GOOD, [])


@pytest.mark.parametrize(
    "name", ["../evil.tex", "a/../../evil.tex", "/etc/evil", "..\\evil.tex", "C:\\evil.tex", "c:/evil"]
)
@pytest.mark.parametrize("pack", [packing.tar_gz, packing.zipped])
def test_names_that_lead_out(tmp_path: Path, pack: object, name: str) -> None:
    with pytest.raises(RefusedForSafety, match="leads out"):
        unpacked(tmp_path, pack({**GOOD, name: b"evil"}))  # type: ignore[operator]
    assert not (tmp_path / "evil.tex").exists()


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "../into2"])
def test_links_that_lead_out(tmp_path: Path, target: str) -> None:
    with pytest.raises(RefusedForSafety):
        unpacked(tmp_path, packing.tar_gz({**GOOD, "figures/link": packing.link("link", target)}))


def test_a_link_in_a_zip_that_leads_out(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(RefusedForSafety):
        unpacked(tmp_path, packing.zipped({"link": (info, b"/etc/passwd")}))


def test_writing_through_a_link_is_impossible(tmp_path: Path) -> None:
    evil = packing.tar_gz({"x": packing.link("x", "figures"), "x/main.tex": b"through the link", **GOOD})
    files, warnings = unpacked(tmp_path, evil)
    assert warnings == ["link_skipped"]
    assert files == {**GOOD, "x/main.tex": b"through the link"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_that_stay_inside_are_left_out_with_a_warning(tmp_path: Path, kind: bytes) -> None:
    data = packing.tar_gz({**GOOD, "copy.tex": packing.link("copy.tex", "main.tex", kind)})
    assert unpacked(tmp_path, data) == (GOOD, ["link_skipped"])


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(RefusedForSafety, match="device or pipe"):
        unpacked(tmp_path, packing.tar_gz({**GOOD, "dev": packing.link("dev", "", kind)}))


def test_too_many_members(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="20 members"):
        unpacked(tmp_path, packing.tar_gz({f"{i}.tex": b"" for i in range(21)}))


def test_too_deep(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="too deep"):
        unpacked(tmp_path, packing.tar_gz({"a/b/c/d/e/f.tex": b""}))


@pytest.mark.parametrize("pack", [packing.tar_gz, packing.zipped])
def test_a_bomb_is_stopped_before_it_has_filled_the_disk(tmp_path: Path, pack: object) -> None:
    with pytest.raises(TooLarge, match=r"bomb|more than 1 MiB"):
        unpacked(tmp_path, pack({"zeros": bytes(4 << 20)}))  # type: ignore[operator]
    written = sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file())
    assert written < 2 << 20


def test_a_gzip_bomb_without_tar(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        unpacked(tmp_path, gzip.compress(bytes(4 << 20)))


def test_a_zip_that_lies_about_sizes(tmp_path: Path) -> None:
    honest = packing.zipped({"zeros": bytes(4 << 20)})
    lying = honest.replace((4 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises((TooLarge, Unreadable)):
        unpacked(tmp_path, lying)


def test_a_header_that_announces_gigabytes(tmp_path: Path) -> None:
    member = tarfile.TarInfo("pax")
    member.type, member.size = tarfile.XHDTYPE, 8 << 30
    with pytest.raises((TooLarge, Unreadable)):
        unpacked(tmp_path, gzip.compress(member.tobuf() + bytes(1024)))


@pytest.mark.parametrize("data", [packing.tar_gz(dict(GOOD))[:-40], packing.zipped(dict(GOOD))[:-30], b"\x1f\x8bjunk"])
def test_a_truncated_archive(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"damaged|malformed"):
        unpacked(tmp_path, data)


def test_an_encrypted_zip(tmp_path: Path) -> None:
    data = bytearray(packing.zipped({"main.tex": b"x"}))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + flags] |= 1
    with pytest.raises(Unreadable, match="encrypted"):
        unpacked(tmp_path, bytes(data))


def test_what_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no archive"):
        unpacked(tmp_path, b"hello")


@settings(max_examples=150)
@given(position=st.integers(0, 1 << 16), byte=st.integers(0, 255), kind=st.sampled_from(["tar", "tar_gz", "zipped"]))
def test_a_flipped_byte_never_leads_to_a_foreign_exception(
    tmp_path_factory: pytest.TempPathFactory, position: int, byte: int, kind: str
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    data = bytearray(getattr(packing, kind)(dict(GOOD)))
    data[position % len(data)] = byte
    with suppress(PaperImplementerError):
        unpacked(folder, bytes(data))
