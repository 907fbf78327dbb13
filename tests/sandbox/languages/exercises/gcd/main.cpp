#include <iostream>
#include <numeric>

int main() {
    long long a, b;
    std::cin >> a >> b;
    //~slow volatile long long zero = 0; while (zero != a) zero = 0;
    //~crash a = b / (a / b - a / b);
    std::cout << std::gcd(a, b) << '\n'; //~wrong std::cout << std::lcm(a, b) << '\n';
}
