"""Figures to files: the same bytes for the same figure, with its alternative text inside."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from html import escape
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text

from baseline_compare.errors import Problem, WriteError
from baseline_compare.files import named, replace_file

FORMATS = ("png", "svg", "pdf")
_SALT = "baseline_compare"
_METADATA: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save(figure: Figure, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a figure as PNG, SVG or PDF, by the ending of the path.

    The name of a figure for internal use begins with ``INTERNAL-``.

    Raises
    ------
    WriteError
        ``file.format`` for another ending, ``path.exists`` or ``write.failed``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Figure(figsize=(2, 1)), f"{folder}/muutos.svg").name
    'muutos.svg'
    """
    form = Path(path).suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise WriteError(
            Problem(
                code="file.format",
                expected=f"a path that ends in {', '.join(FORMATS)}",
                found=repr(Path(path).name),
                remedy="Choose one of these endings.",
            )
        )
    if form == "svg":
        content = svg_text(figure).encode()
    else:
        buffer = io.BytesIO()
        about = {"png": "Description", "pdf": "Subject"}[form]
        metadata = _METADATA[form] | {about: str(figure.get_label())}
        _draw(figure, buffer, form, metadata)
        content = buffer.getvalue()
    internal = bool(getattr(figure, "internal", False))
    return replace_file(named(path, internal=internal), content, overwrite=overwrite)


def _draw(
    figure: Figure, buffer: io.BytesIO, form: str, metadata: Mapping[str, str | None]
) -> None:
    """Draw labels as they are: no text is set as mathematics, a letter may lack a glyph."""
    for text in figure.findobj(Text):
        text.set_parse_math(False)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format=form, metadata=metadata, dpi=160)


def svg_text(figure: Figure, *, prefix: str = "chart") -> str:
    """Give a figure as SVG text to embed, its ids beginning with the prefix."""
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": _SALT}):
        _draw(figure, buffer, "svg", _METADATA["svg"])
    text = buffer.getvalue().decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{prefix}-', text)
    text = re.sub(r"url\(#", f"url(#{prefix}-", text)
    text = re.sub(r'href="#', f'href="#{prefix}-', text)
    label = escape(str(figure.get_label()))
    head = f'<svg role="img" aria-labelledby="{prefix}-alt" '
    return text.replace("<svg ", head, 1).replace(
        "<defs>", f'<title id="{prefix}-alt">{label}</title>\n<defs>', 1
    )
