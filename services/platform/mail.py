"""Letters to people. The embedded way writes each to DATA_DIR/mail, where it can be read and sent on by hand."""

import logging
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path

from services.platform import clock
from services.platform.config import settings
from services.platform.errors import Invalid
from services.platform.ids import new_id

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")

log = logging.getLogger(__name__)


def send(to: str, subject: str, text: str, html: str | None = None) -> Path:
    """Write one letter and return its file. ``to`` is one bare address; it and ``subject`` cannot add headers.

    Call it from a job, not inside a transaction: the letter is out, whatever becomes of the transaction.
    """
    if len(to) > 254 or not _ADDRESS.fullmatch(to) or _CONTROL.search(to):
        raise Invalid("This is not an e-mail address.", fields={"email": "This is not an e-mail address."})
    if _CONTROL.search(subject):
        raise Invalid("A subject is one line.", fields={"subject": "A subject is one line."})
    chosen = settings()
    letter = EmailMessage(policy=SMTP)
    letter["From"] = chosen.mail_from
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = formatdate(clock.now().timestamp())
    letter["Message-ID"] = make_msgid(domain=chosen.mail_from.rpartition("@")[2])
    letter.set_content(text)
    if html is not None:
        letter.add_alternative(html, subtype="html")
    folder = chosen.data_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{clock.now():%Y%m%dT%H%M%S}-{new_id().hex[-8:]}.eml"
    file.write_bytes(letter.as_bytes())
    # The text may hold a link that signs somebody in, so the log only says where it is.
    log.info("A letter to %s, %r, is in %s", to, subject, file)
    return file
