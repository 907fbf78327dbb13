#include <iostream>

int main() {
    long long count, number, total = 0; //~wrong long long count, number, total = 1;
    std::cin >> count;
    while (std::cin >> number) total += number;
    //~slow while (!std::cin.bad()) std::cin.clear();
    //~crash throw total;
    std::cout << total << '\n';
}
