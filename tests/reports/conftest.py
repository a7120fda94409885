"""What tests of reports borrow: rule sets that two coordinators put in force."""

from tests.first_talk.conftest import rules

__all__ = ["rules"]
