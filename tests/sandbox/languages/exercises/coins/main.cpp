#include <algorithm>
#include <functional>
#include <iostream>
#include <vector>

int main() {
    constexpr int never = 1000000;
    int amount;
    std::vector<int> kinds;
    std::cin >> amount;
    for (int kind; std::cin >> kind;) kinds.push_back(kind);
    std::vector<int> known(amount + 1, -1);
    std::function<int(int)> fewest = [&](int rest) {
        if (rest == 0) return 0; //~crash if (rest == 0) return fewest(std::function<int(int)>()(0));
        if (known[rest] >= 0) return known[rest]; //~slow if (known[rest] == never) return never;
        int best = never;
        for (int kind : kinds)
            if (kind <= rest) best = std::min(best, 1 + fewest(rest - kind)); //~wrong if (kind <= rest) best = 1 + fewest(rest - kind);
        return known[rest] = best;
    };
    int found = fewest(amount);
    std::cout << (found < never ? found : -1) << '\n'; //~crash std::cout << known.at(found);
}
