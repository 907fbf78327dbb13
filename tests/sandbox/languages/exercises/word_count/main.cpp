#include <iostream>
#include <string>

int main() {
    std::string longest;
    int words = 0;
    for (std::string word; std::cin >> word; words++) //~slow for (std::string word; (std::cin >> word) || true; words++)
        if (word.size() > longest.size()) longest = word; //~wrong if (word.size() >= longest.size()) longest = word;
    //~crash longest = longest.substr(longest.size() + 1);
    std::cout << words << ' ' << longest << '\n';
}
