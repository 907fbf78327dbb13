#include <iostream>
#include <set>
#include <stdexcept>

int main() {
    std::multiset<int> numbers; //~wrong std::set<int, std::greater<>> numbers;
    for (int number; std::cin >> number;) numbers.insert(number);
    //~slow for (auto it = numbers.begin();; it = numbers.begin()) numbers.insert(numbers.extract(it));
    //~crash throw std::logic_error("unsorted");
    for (int number : numbers) std::cout << number << ' ';
}
