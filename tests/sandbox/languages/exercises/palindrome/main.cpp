#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>
#include <string>

int main() {
    std::string letters;
    for (char c; std::cin.get(c);)
        if (std::isalpha(c)) letters += std::tolower(c); //~wrong if (std::isalpha(c)) letters += c;
    //~slow while (std::next_permutation(letters.begin(), letters.end()) || letters.size());
    //~crash if (letters.size()) std::abort();
    std::cout << (std::equal(letters.begin(), letters.end(), letters.rbegin()) ? "yes" : "no") << '\n';
}
