"""PDFs from strangers, through the real worker: a clear error or a warning, within the limits of time and memory."""

from __future__ import annotations

import zlib
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pymupdf
import pytest

from paper_implementer.tools.errors import PaperImplementerError, TimedOut, TooLarge, Unreadable
from paper_implementer.tools.worker import run_in_worker
from tests.support.typeset import FILLER, Sheet, saved

READER = "paper_implementer.tools.papers.parsing:parse"


def read(path: Path | str, timeout_s: float = 60, memory_mb: int = 1024) -> dict[str, Any]:
    """Read a PDF as the product does, with limits that an honest paper of this size never meets."""
    call = partial(run_in_worker, timeout_s=timeout_s, memory_mb=memory_mb, what="reading the paper")
    paper: dict[str, Any] = anyio.run(call, READER, {"format": "pdf", "path": str(path)})
    return paper


def text_of(paper: dict[str, Any]) -> str:
    return " ".join(block.get("text", "") for block in paper["blocks"])


def kinds(paper: dict[str, Any]) -> set[str]:
    return {warning["kind"] for warning in paper["warnings"]}


def written(folder: Path, *objects: bytes, trailer: bytes = b"") -> Path:
    """A PDF written by hand: object 1 is the catalogue, the others follow it."""
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    path = folder / "hostile.pdf"
    path.write_bytes(data)
    return path


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def bomb(total: int) -> bytes:
    """A twice deflated stream that inflates to `total` blanks: one deflated chunk again and again, deflated."""
    packer, chunk = zlib.compressobj(9), b" " * 2**20
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    return zlib.compress(head + piece * (total // len(chunk)) + packer.flush(), 9)


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FONT = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>"


def one_page(folder: Path, content: bytes, entries: bytes = b"", resources: bytes = b"") -> Path:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources%s%s>>>>" % (FONT, resources)
    return written(folder, CATALOGUE, PAGES, page, stream(content, entries))


def honest(document: Any) -> None:
    sheet = Sheet(document)
    sheet.heading("1 Introduction")
    sheet.paragraph(FILLER)


def test_a_stream_of_ten_gigabytes_ends_at_a_limit(tmp_path: Path) -> None:
    path = one_page(tmp_path, bomb(10 * 2**30), b"/Filter[/FlateDecode/FlateDecode]")
    assert path.stat().st_size < 2**20
    with pytest.raises(PaperImplementerError) as raised:
        read(path, timeout_s=5, memory_mb=512)
    assert isinstance(raised.value, TimedOut | TooLarge)
    assert raised.value.hint


def test_a_cyclic_page_tree(tmp_path: Path) -> None:
    path = written(tmp_path, CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 9>>", b"<</Type/Pages/Kids[2 0 R]/Count 9>>")
    with pytest.raises(Unreadable, match=r"hostile\.pdf|no text"):
        read(path)


def test_five_thousand_pages(tmp_path: Path) -> None:
    document = pymupdf.open()
    for _ in range(5000):
        document.new_page()
    with pytest.raises(TooLarge, match="5000 pages"):
        read(saved(document, tmp_path))


def test_no_pages(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no pages"):
        read(written(tmp_path, CATALOGUE, b"<</Type/Pages/Kids[]/Count 0>>"))


def test_a_wrong_table_of_objects_is_rebuilt(tmp_path: Path) -> None:
    document = pymupdf.open()
    honest(document)
    data = document.tobytes()
    path = tmp_path / "wrong.pdf"
    path.write_bytes(data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n")
    assert "sequences of tokens" in text_of(read(path))


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_file_that_is_cut_off(tmp_path: Path, share: float) -> None:
    document = pymupdf.open()
    for _ in range(3):
        honest(document)
    data = document.tobytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(data[: int(share * len(data))])
    with suppress(Unreadable):
        assert "sequences of tokens" in text_of(read(path))


def locked(folder: Path, **passwords: str) -> str:
    document = pymupdf.open()
    honest(document)
    path = folder / "locked.pdf"
    document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, permissions=0, **passwords)
    return str(path)


def test_a_password_of_the_reader_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="encrypted") as raised:
        read(locked(tmp_path, user_pw="secret", owner_pw="other"))
    assert "password" in raised.value.hint


def test_a_password_of_the_owner_alone_does_not_keep_readers_out(tmp_path: Path) -> None:
    assert "sequences of tokens" in text_of(read(locked(tmp_path, owner_pw="other")))


def test_a_form_whose_pages_are_made_by_a_program(tmp_path: Path) -> None:
    catalogue = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 5 0 R/Fields[]>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources%s>>>>" % FONT
    shown = stream(b"BT /F 12 Tf 72 700 Td (Please wait until the form is shown) Tj ET")
    form = stream(b"<xdp><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><t>form-secret &b;</t></xdp>")
    text = text_of(read(written(tmp_path, catalogue, PAGES, page, shown, form)))
    assert "Please wait" in text
    assert "form-secret" not in text
    assert "root:" not in text


@pytest.mark.parametrize("box", ["0 0 9999999 9999999", "0 0 0.001 0.001", "-1e30 -1e30 1e30 1e30", "612 792 0 0"])
@pytest.mark.parametrize("turn", [0, 90, 123456789])
def test_impossible_sizes_and_turns_of_pages(tmp_path: Path, box: str, turn: int) -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Rotate %d/Contents 4 0 R/Resources%s>>>>"
    content = stream(b"0 0 1 rg 0 0 900 900 re f 0 0 0.98 rg BT /F 12 Tf 72 700 Td (A sentence on a page) Tj ET")
    path = written(tmp_path, CATALOGUE, PAGES, page % (box.encode(), turn, FONT), content)
    with suppress(Unreadable):
        assert read(path, memory_mb=512)["pages"] == 1


def test_a_hundred_thousand_glyphs_on_a_page(tmp_path: Path) -> None:
    rows = b"".join(b"1 0 0 1 40 %.2f Tm (%s) Tj " % (780 - 0.7 * row, b"abcd " * 20) for row in range(1000))
    paper = read(one_page(tmp_path, b"BT /F 8 Tf " + rows + b"ET"))
    assert len(text_of(paper)) > 50_000


def test_millions_of_strokes_on_a_page(tmp_path: Path) -> None:
    content = zlib.compress(b"BT /F 12 Tf 72 700 Td (A sentence on a page) Tj ET " + b"0 0 m 9 9 l S " * 1_000_000)
    paper = read(one_page(tmp_path, content, b"/Filter/FlateDecode"))
    assert text_of(paper) == "A sentence on a page"


def test_forms_within_forms_without_end(tmp_path: Path) -> None:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources 5 0 R>>"
    resources = FONT + b"/XObject<</X 6 0 R>>>>"
    form = stream(
        b"BT /F 12 Tf 72 700 Td (A sentence in a form) Tj ET /X Do /X Do",
        b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources 5 0 R",
    )
    paper = read(written(tmp_path, CATALOGUE, PAGES, page, stream(b"/X Do"), resources, form))
    assert text_of(paper).count("A sentence in a form") == 1


def test_a_tower_of_forms_that_doubles_at_each_floor(tmp_path: Path) -> None:
    floors = 24
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</X %d 0 R>>>>"
    tower = [stream(b"/X Do /X Do", entries % (6 + floor)) for floor in range(floors)]
    last = stream(b"0 0 m 9 9 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]")
    path = written(tmp_path, CATALOGUE, PAGES, page, stream(b"/X Do"), *tower, last)
    with pytest.raises(TimedOut) as raised:
        read(path, timeout_s=3, memory_mb=512)
    assert raised.value.hint


def test_programs_and_actions_in_the_file_are_not_run(tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    launch = b"<</S/Launch/F(/bin/touch %s)/Win<</F(cmd.exe)>>>>" % str(marker).encode()
    script = b"<</S/JavaScript/JS(app.launchURL\\('file:%s'\\); this.secret = 1;)>>" % str(marker).encode()
    catalogue = b"<</Type/Catalog/Pages 2 0 R/OpenAction %s/AA<</WC %s>>>>" % (launch, script)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/AA<</O %s>>/Resources%s>>>>" % (
        script,
        FONT,
    )
    content = stream(b"BT /F 12 Tf 72 700 Td (A sentence on a page) Tj ET")
    paper = read(written(tmp_path, catalogue, PAGES, page, content))
    assert text_of(paper) == "A sentence on a page"
    assert paper["code_links"] == []
    assert not marker.exists()


def test_a_web_page_that_is_a_pdf_as_well(tmp_path: Path) -> None:
    document = pymupdf.open()
    honest(document)
    path = tmp_path / "both.pdf"
    path.write_bytes(b"<html><script>alert(1)</script><!--\n" + document.tobytes() + b"\n--></html>")
    text = text_of(read(path))
    assert "sequences of tokens" in text
    assert "alert" not in text
