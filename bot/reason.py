"""Why a question is declined. The values are part of the interface that others script against."""

from enum import StrEnum


class Reason(StrEnum):
    """Why there is no answer."""

    NOT_IN_REPORT = "not-in-report"
    OTHER_YEAR = "other-year"
    OTHER_PLACE = "other-place"
    NOT_A_QUESTION = "not-a-question"
    OUT_OF_SCOPE = "out-of-scope"
    WHICH_REPORT = "which-report"  # several reports may be meant; the answer's `choices` name them
