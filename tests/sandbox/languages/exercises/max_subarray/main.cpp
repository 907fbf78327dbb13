#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    int count, here = 0, best = -1000000000;
    std::cin >> count;
    std::vector<int> numbers(count); //~crash std::vector<int> numbers(-count);
    for (int& number : numbers) std::cin >> number;
    for (int number : numbers) {
        here = std::max(number, here + number); //~wrong here = std::max(0, here + number);
        best = std::max(best, here);
        //~slow while (best >= here) std::rotate(numbers.begin(), numbers.begin() + 1, numbers.end());
    }
    std::cout << best << '\n';
}
