#include <iostream>
#include <string>

int main() {
    std::string word;
    std::cin >> word;
    for (std::size_t i = 0, j; i < word.size(); i = j) {
        j = word.find_first_not_of(word[i], i);
        if (j > word.size()) j = word.size(); //~crash word.at(j) = 'x';
        //~slow j = i;
        std::cout << j - i << word[i]; //~wrong std::cout << word[i] << j - i;
        //~slow std::cout.seekp(0);
    }
    std::cout << '\n';
}
