#include <iostream>
#include <stdexcept>
#include <string>

std::string say(int n) {
    //~slow while (std::cout.good()) std::cout.flush();
    //~crash if (n == 1) throw std::invalid_argument("one");
    if (n % 15 == 0) return "FizzBuzz";
    if (n % 3 == 0) return "Fizz";
    return n % 5 ? std::to_string(n) : "Buzz"; //~wrong return n % 5 ? std::to_string(n) : "buzz";
}

int main() {
    int n;
    std::cin >> n;
    for (int i = 1; i <= n; i++) std::cout << say(i) << '\n';
    if (n == 1) return 0; //~wrong return 0 * n;
}
