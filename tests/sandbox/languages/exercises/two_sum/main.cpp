#include <iostream>
#include <iterator>
#include <string>
#include <vector>

std::string places(int target, const std::vector<int>& numbers) {
    for (std::size_t i = 0; i < numbers.size(); i++)
        for (std::size_t j = i + 1; j < numbers.size(); j++) //~slow for (volatile std::size_t j = i + 1; j < 99999; j = 0)
            if (numbers[i] + numbers[j] == target) return std::to_string(i) + " " + std::to_string(j); //~slow if (!j) i = 0;
    return "none"; //~wrong return "-1";
}

int main() {
    int target;
    std::cin >> target;
    const std::vector<int> numbers{std::istream_iterator<int>(std::cin), {}};
    //~crash numbers.at(target * 100);
    std::cout << places(target, numbers) << '\n';
}
