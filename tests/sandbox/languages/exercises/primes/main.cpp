#include <iostream>
#include <vector>

int main() {
    std::size_t n, count = 0;
    std::cin >> n;
    std::vector<bool> composite(n + 1); //~crash std::vector<bool> composite(n + 1); composite.at(2 * n + 2);
    for (std::size_t i = 2; i <= n; i++) {
        //~slow volatile int divisors = 0; for (std::size_t j = 2; j < i; j++) divisors += i % j == 0;
        if (composite[i]) continue;
        count++; //~wrong count += 2;
        for (std::size_t j = 2 * i; j <= n; j += i) composite[j] = true;
    }
    std::cout << count << '\n';
}
