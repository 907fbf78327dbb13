import unittest

from parcel import parcel_price


class ParcelPriceTest(unittest.TestCase):
    def test_it_returns_a_value_and_does_not_only_print_it(self):
        self.assertIsNotNone(parcel_price(1, False), "The function gave back None. Does it return the price?")

    def test_a_light_parcel(self):
        self.assertEqual(parcel_price(1, False), 490)

    def test_a_parcel_of_exactly_two_kilograms_is_still_light(self):
        self.assertEqual(parcel_price(2, False), 490)

    def test_a_little_over_two_kilograms(self):
        self.assertEqual(parcel_price(2.1, False), 890)

    def test_exactly_ten_kilograms(self):
        self.assertEqual(parcel_price(10, False), 890)

    def test_a_heavy_parcel(self):
        self.assertEqual(parcel_price(10.5, False), 1690)

    def test_abroad_costs_more_in_every_group(self):
        self.assertEqual([parcel_price(weight, True) for weight in (1, 5, 12)], [1090, 1490, 2290])
