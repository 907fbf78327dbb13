import unittest

from basket import with_item


class WithItemTest(unittest.TestCase):
    def test_it_adds_to_the_end(self):
        self.assertEqual(with_item("milk", ["bread"]), ["bread", "milk"])

    def test_a_call_without_a_basket_begins_with_an_empty_one(self):
        with_item("apples")
        self.assertEqual(with_item("bread"), ["bread"], "Something from an earlier call is still in the basket.")

    def test_however_often_it_is_called(self):
        self.assertEqual([with_item(item) for item in ("tea", "salt", "oil")], [["tea"], ["salt"], ["oil"]])

    def test_the_list_of_the_caller_stays_as_it_was(self):
        mine = ["bread"]
        with_item("milk", mine)
        self.assertEqual(mine, ["bread"], "The function changed the list that it was given.")

    def test_an_empty_list_of_the_caller_stays_empty(self):
        mine = []
        self.assertEqual(with_item("milk", mine), ["milk"])
        self.assertEqual(mine, [])
