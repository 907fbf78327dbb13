"""Files that people send: checked for type, number, size and name before anything else looks at them."""

import hashlib
import json
import zlib
from collections.abc import Mapping

from services.coding.judging import checked_names
from services.coding.schemas import FileView
from services.platform.errors import Invalid
from services.platform.messages import N_

MOST_FILES = 20
MOST_BYTES = 256 * 1024

Files = dict[str, str]


def parse_files(sent: object) -> Files:
    """Check files by name, with their text; in the order in which they were sent."""
    if not isinstance(sent, Mapping) or not sent:
        raise Invalid("Send at least one file.")
    if len(sent) > MOST_FILES:
        raise Invalid("At most {count} files can be sent.", count=MOST_FILES)
    files: Files = {}
    for name, text in sent.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise Invalid("A file is a name and a text.")
        files[name] = parse_text(text, field=name)
    if sum(len(text.encode()) for text in files.values()) > MOST_BYTES:
        raise Invalid("The files are larger than {limit} kB together.", limit=MOST_BYTES // 1024)
    checked_names(files)
    return files


def parse_text(text: object, *, field: str, most_bytes: int = MOST_BYTES) -> str:
    """Check one text: no NUL and no half character, which no database and no compiler takes, and not too long."""
    if not isinstance(text, str):
        problem = N_("This must be a text.")
        raise Invalid(problem, fields={field[:60]: problem})
    if "\0" in text or not _encodable(text):
        problem = N_("There is a character in it that cannot be stored.")
        raise Invalid(problem, fields={field[:60]: problem})
    if len(text) > most_bytes or len(text.encode()) > most_bytes:
        fields = {field[:60]: N_("This text is too long.")}
        raise Invalid("This text is longer than {limit} kB.", fields=fields, limit=most_bytes // 1024)
    return text


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return True


def digest_of(files: Files) -> str:
    """What tells the same files from others, whatever their order."""
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def mark_of(text: str) -> str:
    """What tells one text of a file from another, without sending it; assets/editor.js makes the same of it."""
    data = text.encode()
    return f"{len(data):x}-{zlib.crc32(data):x}"


def file_views(files: Files) -> list[FileView]:
    """The files for an editor."""
    return [FileView(name, text) for name, text in files.items()]
