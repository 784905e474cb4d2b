"""Documents (文书): letters, licences, receipts and notices, set as PDF/A from data.

Words   letter (文书), licence (证照), receipt (收件凭证), guide (一次性告知单): one template each
        seal (印章): its picture is drawn here; that it is true, the impression inside proves
Files   renderer: data into a page · shapes: the data each template takes · fonts: what can be set
        pdf_seal: a signature inside a PDF · ofd: the same letters and licences as OFD
        templates/: the pages · fonts/: our fonts and the 8,105 characters of 通用规范汉字表
Limits  data are passed as JSON and never read as markup; no network, no fonts of the system
        equal data give equal bytes; a character in no font is printed 〓 and named below
Law     GB/T 9704-2012 (公文格式): margins, sizes, 22 lines of 28 characters, page numbers
"""

EVENTS: dict[str, str] = {}
