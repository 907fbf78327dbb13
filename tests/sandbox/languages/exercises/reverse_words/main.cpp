#include <algorithm>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

int main() {
    std::vector<std::string> words{std::istream_iterator<std::string>(std::cin), {}};
    std::reverse(words.begin(), words.end()); //~wrong std::sort(words.begin(), words.end());
    //~slow while (std::next_permutation(words.begin(), words.end()) || true);
    //~crash std::cout << words.at(words.size());
    for (const auto& word : words) std::cout << word << ' ';
}
