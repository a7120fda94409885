"""Engine and oracle side by side: whether everything that both print about a case is equal."""

from fractions import Fraction

from app.engine import casefile
from app.engine.cases import read_case
from tests.engine import oracle_outputs

UNCHECKED = {"steps", "warnings", "complete", "waterfall", "rate_status", "provisional"}
"""What the engine says beyond amounts: the checker and the worked cases are for that."""


def engine_says(case):
    """What the engine prints about a case, its amounts as fractions; Invalid if it refuses it."""
    return exact(casefile.split(read_case(case)))


def oracle_says(case):
    """The same from the oracle."""
    return _plain(oracle_outputs.outcome(case))


def exact(result):
    """A printed result with every number that is written as text as a fraction."""
    return _plain(_checked(result))


def _checked(result):
    """The keys that the oracle has too, of every ledger."""
    kept = {key: value for key, value in result.items() if key not in UNCHECKED}
    if "ledgers" in kept:
        kept["ledgers"] = {name: _checked(own) for name, own in kept["ledgers"].items()}
    return kept


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return _number(value)


def _number(value):
    try:
        return Fraction(value) if isinstance(value, str) else value
    except ValueError:
        return value
