"""Check digits of the individual identification number (IIN) and of passports' machine-readable zone, over columns.

The weights and the two passes of the IIN: brief of the domain, section 8.1 [FAK][GIST]; the machine-readable zone:
ICAO Doc 9303 part 3, section 4.9 (weights 7, 3, 1) and part 4, section 4.2.2 (positions of TD3, line 2).
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

IIN_LENGTH = 12
TD3_LENGTH = 44
NONE = -1  # no check digit exists for this prefix: such a number is never issued
FILLER = ord("<")

_FIRST = np.arange(1, 12, dtype=np.int16)
_SECOND = np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], dtype=np.int16)
_ILLEGAL = np.int16(-1)


def _icao_values() -> np.ndarray:
    """The value of each byte in a machine-readable zone: 0-9 as they are, A-Z from 10, `<` 0, anything else illegal."""
    values = np.full(256, _ILLEGAL, dtype=np.int16)
    values[ord("0") : ord("9") + 1] = np.arange(10)
    values[ord("A") : ord("Z") + 1] = np.arange(10, 36)
    values[FILLER] = 0
    return values


_ICAO = _icao_values()


def iin_check_digit(digits: np.ndarray) -> np.ndarray:
    """The twelfth digit for each row of `digits`, integers of shape (rows, 11); shape (rows,), `NONE` where none exists.

    Pass one weighs with 1..11; where the remainder by 11 is 10, pass two weighs with 3..11, 1, 2; where that gives 10
    again the number is never issued.

    >>> iin_check_digit(np.array([[9, 9, 1, 2, 3, 1, 5, 0, 0, 0, 0], [9, 9, 1, 2, 3, 1, 5, 0, 0, 7, 7]])).tolist()
    [6, -1]
    """
    first = digits @ _FIRST % 11
    second = digits @ _SECOND % 11
    check = np.where(first == 10, second, first)
    return np.where(check == 10, NONE, check).astype(np.int8)


def mrz_check_digit(characters: np.ndarray) -> np.ndarray:
    """The check digit of each row of `characters`, ASCII codes of shape (rows, length); shape (rows,).

    `NONE` where a character is outside 0-9, A-Z and `<`.

    >>> mrz_check_digit(np.frombuffer(b"L898902C3", dtype=np.uint8).reshape(1, 9)).tolist()
    [6]
    """
    values = _ICAO[characters]
    weights = np.resize(np.array([7, 3, 1], dtype=np.int16), values.shape[1])
    check = (values @ weights) % 10
    return np.where((values == _ILLEGAL).any(axis=1), NONE, check).astype(np.int8)


def iin_valid(series: pd.Series) -> np.ndarray:
    """Whether each IIN is twelve digits with the right check digit, bool of shape (rows,); missing counts as valid.

    The birth date inside the number is not judged here: digit seven may be 0, which is a question for a person.

    >>> iin_valid(pd.Series(["991231500006", "991231500707", "991231500007", None])).tolist()
    [True, True, False, True]
    """
    matrix, rows, valid = _matrix(series, IIN_LENGTH)
    digits = matrix.astype(np.int16) - ord("0")
    written = ((digits >= 0) & (digits <= 9)).all(axis=1)
    valid[rows] = written & (iin_check_digit(digits[:, :11]) == digits[:, 11])
    return valid


def mrz_td3_valid(series: pd.Series) -> np.ndarray:
    """Whether each second line of a passport's zone (TD3, 44 characters) has five right check digits.

    Bool of shape (rows,); missing counts as valid. The check digit of an empty optional field may be `<` or 0.

    >>> mrz_td3_valid(pd.Series(["L898902C36UTO7408122F1204159ZE184226B<<<<<10", "L898902C36UTO7408122F1204159"])).tolist()
    [True, False]
    """
    line, rows, valid = _matrix(series, TD3_LENGTH)
    empty = (line[:, 28:42] == FILLER).all(axis=1) & (line[:, 42] == FILLER)
    composite = np.concatenate([line[:, 0:10], line[:, 13:20], line[:, 21:43]], axis=1)
    valid[rows] = (
        (_ICAO[line] != _ILLEGAL).all(axis=1)
        & _checks(line[:, 0:9], line[:, 9])
        & _checks(line[:, 13:19], line[:, 19])
        & _checks(line[:, 21:27], line[:, 27])
        & (empty | _checks(line[:, 28:42], line[:, 42]))
        & _checks(composite, line[:, 43])
    )
    return valid


def mrz_td3_line(fields: np.ndarray) -> np.ndarray:
    """Second lines with their check digits filled in; `fields` and the answer are ASCII codes of shape (rows, 44).

    Whatever stands at the five places of the check digits is replaced; an empty optional field gets `<`.
    """
    line = fields.copy()
    for start, end in ((0, 9), (13, 19), (21, 27)):
        line[:, end] = mrz_check_digit(line[:, start:end]) + ord("0")
    empty = (line[:, 28:42] == FILLER).all(axis=1)
    line[:, 42] = np.where(empty, FILLER, mrz_check_digit(line[:, 28:42]) + ord("0"))
    composite = np.concatenate([line[:, 0:10], line[:, 13:20], line[:, 21:43]], axis=1)
    line[:, 43] = mrz_check_digit(composite) + ord("0")
    return line


def _checks(characters: np.ndarray, written: np.ndarray) -> np.ndarray:
    return mrz_check_digit(characters) == written.astype(np.int16) - ord("0")


def _matrix(series: pd.Series, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bytes of the texts that are `length` bytes long, shape (such rows, length); their rows; True where missing."""
    column = pa.array(series, type=pa.large_string(), from_pandas=True)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    fits = pc.fill_null(pc.equal(pc.binary_length(column), length), False)
    texts = column.filter(fits)
    if len(texts) == 0:
        matrix = np.zeros((0, length), dtype=np.uint8)
    else:
        _, offsets, data = texts.buffers()
        start = int(np.frombuffer(offsets, dtype=np.int64)[texts.offset])
        matrix = np.frombuffer(data, dtype=np.uint8, count=len(texts) * length, offset=start).reshape(-1, length)
    rows = np.flatnonzero(fits.to_numpy(zero_copy_only=False))
    return matrix, rows, column.is_null().to_numpy(zero_copy_only=False)
