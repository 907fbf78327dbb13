import unittest

from words import count_words


class CountWordsTest(unittest.TestCase):
    def test_one_word(self):
        self.assertEqual(count_words("tea"), {"tea": 1})

    def test_the_same_word_twice(self):
        self.assertEqual(count_words("tea tea"), {"tea": 2})

    def test_capital_letters_make_no_difference(self):
        self.assertEqual(count_words("Tea tea TEA"), {"tea": 3})

    def test_signs_at_the_ends_do_not_belong_to_the_word(self):
        self.assertEqual(count_words("The tea. The hot, hot tea!"), {"the": 2, "tea": 2, "hot": 2})

    def test_a_sign_inside_a_word_stays(self):
        self.assertEqual(count_words("3.5 o'clock"), {"3.5": 1, "o'clock": 1})

    def test_a_sign_alone_is_not_a_word(self):
        self.assertEqual(count_words("tea ! ... milk"), {"tea": 1, "milk": 1})

    def test_an_empty_text_has_no_words(self):
        self.assertEqual(count_words(""), {})

    def test_spaces_and_new_lines_of_any_number(self):
        self.assertEqual(count_words("  tea \n\n milk  "), {"tea": 1, "milk": 1})
