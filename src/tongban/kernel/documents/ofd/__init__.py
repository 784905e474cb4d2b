"""OFD (GB/T 33190-2016): the same letters and licences beside their PDFs, by our own small writer.

What it writes is read and checked by `reading`, which was written from the standard's structure
too; no reader of another hand has judged it yet. Fonts are named, not embedded: each character has
its place, and a reader sets it in its own 宋体 or 黑体.
"""

from tongban.kernel.documents.ofd.package import Prepared, prepare
from tongban.kernel.documents.ofd.reading import Broken, Found, FoundSignature, read
from tongban.kernel.documents.ofd.sheets import render

__all__ = ["Broken", "Found", "FoundSignature", "Prepared", "prepare", "read", "render"]
