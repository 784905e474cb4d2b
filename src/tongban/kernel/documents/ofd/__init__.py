"""OFD (GB/T 33190-2016): the same letters and licences beside their PDFs, by our own small writer.

What it writes is read and checked by `reading`, which was written from the standard's structure
too; no reader of another hand has judged it yet. What a document uses of our fonts is embedded, so
that it looks alike on any desk; a character that none of them holds is set in 宋体 by name.
"""

from tongban.kernel.documents.ofd.package import Prepared, prepare
from tongban.kernel.documents.ofd.reading import Broken, Found, FoundSignature, read
from tongban.kernel.documents.ofd.sheets import render

__all__ = ["Broken", "Found", "FoundSignature", "Prepared", "prepare", "read", "render"]
