"""What can go wrong on the way from a file to a search, as one small tree.

    BaogaoError
    ├── ReportError    a file that is no report
    ├── EncoderError   a model that cannot be loaded
    └── LibraryError   an index that is missing, damaged, or built with another model

Each message is one Chinese sentence for the person at the screen and says what to do next; the edges
(command line, REPL, chat) print it as it is. Nothing here knows where it will be shown.
"""


class BaogaoError(Exception):
    """Anything a person can mend; `str(error)` is the sentence to show."""


class ReportError(BaogaoError):
    """A file that cannot be read as a report."""


class EncoderError(BaogaoError):
    """A model that cannot be loaded, or does not do what the default one does."""


class LibraryError(BaogaoError):
    """An index that is missing, damaged, or built with another model."""
