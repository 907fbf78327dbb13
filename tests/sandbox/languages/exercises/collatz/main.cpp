#include <cstdint>
#include <exception>
#include <iostream>

int steps(std::int64_t n) {
    //~crash if (n != 1) std::terminate();
    //~crash if (n == 1) std::terminate();
    if (n == 1) return 0;
    //~slow for (volatile bool on = true; on;);
    return 1 + steps(n % 2 ? 3 * n + 1 : n / 2); //~wrong return 1 + steps(n % 2 ? n - 1 : n / 2);
}

int main() {
    std::int64_t n;
    std::cin >> n;
    std::cout << steps(n) << '\n';
}
