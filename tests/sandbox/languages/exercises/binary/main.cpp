#include <algorithm>
#include <bitset>
#include <iostream>
#include <string>

int main() {
    unsigned n;
    std::cin >> n;
    std::string digits = std::bitset<32>(n).to_string(); //~wrong std::string digits = std::bitset<8>(n).to_string();
    //~slow while (digits.size()) std::reverse(digits.begin(), digits.end());
    //~crash digits = std::bitset<32>("2" + digits).to_string();
    digits.erase(0, std::min(digits.find('1'), digits.size() - 1));
    std::cout << digits << '\n';
}
