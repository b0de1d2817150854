"""The tree of errors that Footnote raises on purpose; "no answer" is a value, not an error.

    FootnoteError
    ├── SettingsError          a setting, or an argument of a command, is wrong
    ├── IngestError            one source could not be read (the rest of a run goes on)
    ├── LibraryError           the catalog or the vectors can't be used as asked
    │   ├── LibraryLockedError       another process is writing
    │   ├── IndexMismatchError       made with another embedding model, chunker or schema
    │   ├── ArticleNotFoundError     no article has this id
    │   └── ConversationNotFoundError  nobody who asks has such a conversation or answer
    ├── ModelError             a model can't be loaded or did not answer
    │   ├── ModelNotFoundError       not on this machine and could not be fetched
    │   └── ModelCorruptError        its bytes are not the ones expected
    ├── StoppedError           an answer was stopped before it was complete
    ├── DatasetError           an evaluation data set has a wrong line
    └── ExtraNotInstalledError   a command needs an optional part of the package

Every message says what happened, names the offending value, and says what to do.
"""


class FootnoteError(Exception):
    """Base of all errors that Footnote raises on purpose."""


class SettingsError(FootnoteError):
    """A setting or argument is wrong; the message names it and the values it takes."""


class IngestError(FootnoteError):
    """One source could not be read; the message is the reason shown in its outcome."""


class LibraryError(FootnoteError):
    """The catalog or the vectors can't be used as asked."""


class LibraryLockedError(LibraryError):
    """Another process is writing to the library."""


class IndexMismatchError(LibraryError):
    """The index was made with another embedding model, chunker or schema."""


class ArticleNotFoundError(LibraryError):
    """No article of the library has the given id."""


class ConversationNotFoundError(LibraryError):
    """The owner has no conversation, or no answer in one, with the given id."""


class ModelError(FootnoteError):
    """A model can't be loaded, or did not answer."""


class ModelNotFoundError(ModelError):
    """A model's files are not on this machine and could not be fetched."""


class ModelCorruptError(ModelError):
    """A model's file is not the expected one, byte for byte."""


class StoppedError(FootnoteError):
    """An answer was stopped before it was complete."""


class DatasetError(FootnoteError):
    """An evaluation data set has a wrong line; the message gives its number and the reason."""


class ExtraNotInstalledError(FootnoteError, ImportError):
    """A library is missing that only an optional part of the package brings; the message names that part."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(f"This needs {library}. Install it with `pip install 'footnote-rag[{extra}]'`.")
