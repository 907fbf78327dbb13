#include <iostream>
#include <map>

std::map<int, long long> known{{0, 0}, {1, 1}}; //~wrong std::map<int, long long> known{{0, 1}, {1, 1}};

long long fibonacci(int n) {
    //~slow return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
    //~crash return known.at(n);
    if (auto it = known.find(n); it != known.end()) return it->second;
    return known[n] = fibonacci(n - 1) + fibonacci(n - 2);
}

int main() {
    int n;
    std::cin >> n;
    std::cout << fibonacci(n) << '\n';
    //~crash std::cout << fibonacci(-1);
}
