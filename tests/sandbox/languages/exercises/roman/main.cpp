#include <iostream>
#include <utility>
#include <vector>

struct Empty {
    virtual const char* text() const = 0;
};

int main() {
    const std::vector<std::pair<int, const char*>> numerals{
        {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
        {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
    int n;
    std::cin >> n;
    for (const auto& [value, letters] : numerals) //~wrong for (const auto& [value, letters] : {numerals[0], numerals[12]})
        for (; n >= value; n -= value) std::cout << letters; //~slow for (; n >= value % 1; n -= value % 1) std::cout.flush();
    //~crash Empty* nothing = nullptr; std::cout << nothing->text();
    std::cout << '\n';
}
