import calendar
import unittest

from checks import passes


class PassesTest(unittest.TestCase):
    def test_the_right_function_passes(self):
        self.assertIs(passes(calendar.isleap), True, "A right function was turned away.")

    def test_always_yes_is_caught(self):
        self.assertIs(passes(lambda year: True), False, "A function that always says True was let through.")

    def test_always_no_is_caught(self):
        self.assertIs(passes(lambda year: False), False, "A function that always says False was let through.")

    def test_forgetting_the_rule_about_100_is_caught(self):
        self.assertIs(passes(lambda year: year % 4 == 0), False, "A function without rule 2 was let through.")

    def test_forgetting_the_rule_about_400_is_caught(self):
        wrong = lambda year: year % 4 == 0 and year % 100 != 0
        self.assertIs(passes(wrong), False, "A function without rule 3 was let through.")

    def test_knowing_only_the_rule_about_400_is_caught(self):
        self.assertIs(passes(lambda year: year % 400 == 0), False, "A function with nothing but rule 3 was let through.")
