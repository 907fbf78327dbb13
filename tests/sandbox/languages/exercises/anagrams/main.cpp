#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

int main() {
    std::string a, b;
    std::cin >> a >> b;
    //~slow b = "abcdefghijklmnopqrstuvwxyz"; while (std::next_permutation(b.begin(), b.end()));
    //~crash std::unique_ptr<std::string> none; a = *none;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end()); //~wrong std::reverse(b.begin(), b.end());
    std::cout << (a == b ? "yes" : "no") << '\n';
}
