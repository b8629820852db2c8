"""Papers and archives to read, made on the spot."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

LATEX = r"""\documentclass{article}
\title{Small Steps in Attention}
\author{Ada Example \and Ben Sample}
\begin{document}
\maketitle
\begin{abstract}We take small steps.\end{abstract}
\section{Method}\label{sec:method}
We scale the scores by the width of a head:
\begin{equation}\label{eq:scale} s = q k / \sqrt{d} \end{equation}
\begin{figure}\includegraphics{plot}\caption{Scores over time.}\end{figure}
\subsection{Training}
We train with Adam and a learning rate of $10^{-4}$.
\section{Results}
It works \cite{before}.
\begin{thebibliography}{1}
\bibitem{before} C. Earlier. Larger Steps. 2001.
\end{thebibliography}
\end{document}
"""

HTML = """<!DOCTYPE html><html><head><title>Small Steps in Attention</title></head><body><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">Small Steps in Attention</h1>
<div class="ltx_abstract"><h6 class="ltx_title">Abstract</h6><p class="ltx_p">We take small steps.</p></div>
<section id="S1" class="ltx_section"><h2 class="ltx_title ltx_title_section"><span class="ltx_tag">1 </span>Method</h2>
<div class="ltx_para"><p class="ltx_p">We train with Adam and a learning rate of 0.0001.</p></div></section>
</article></body></html>"""

WITHDRAWN_STUB = b"%auto-ignore\nThis paper has been withdrawn by the authors.\n"


def pdf(*pages: str, **save: object) -> bytes:
    """A PDF with one page for each text; `save` goes to the writer (encryption, passwords)."""
    import pymupdf

    document = pymupdf.open()
    for text in pages or ("Small Steps in Attention\n\n1 Method\n\nWe train with Adam and a learning rate of 0.0001.",):
        document.new_page().insert_text((72, 72), text)
    data: bytes = document.tobytes(**save)
    document.close()
    return data


def tar(files: dict[str, bytes | tarfile.TarInfo]) -> bytes:
    """A tar of contents and, for what is no plain file, ready members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as out:
        for name, content in files.items():
            if isinstance(content, tarfile.TarInfo):
                out.addfile(content)
                continue
            member = tarfile.TarInfo(name)
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def tar_gz(files: dict[str, bytes | tarfile.TarInfo]) -> bytes:
    """A gzipped tar, as arXiv packs sources of several files."""
    return gzip.compress(tar(files))


def zipped(files: dict[str, bytes | tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip of contents and, for what is no plain file, ready members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            if isinstance(content, tuple):
                out.writestr(*content)
            else:
                out.writestr(name, content)
    return buffer.getvalue()


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    """A member that is a link, device or pipe."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def latex_folder(folder: Path) -> Path:
    """A small LaTeX tree on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tex").write_text(LATEX)
    (folder / "plot.png").write_bytes(b"\x89PNG\r\n")
    return folder
