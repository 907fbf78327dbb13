#include <iostream>
#include <stack>
#include <string>

int main() {
    const std::string brackets = "([{)]}";
    std::stack<std::size_t> open;
    bool good = true;
    for (char c; good && std::cin >> c;) {
        auto kind = brackets.find(c);
        if (kind < 3) open.push(kind); //~crash if (brackets.at(kind + 6) == c) open.push(kind);
        else if (open.empty() || open.top() != kind - 3) good = false; //~wrong else if (open.empty()) good = false;
        else open.pop();
        //~slow while (!open.empty()) open.top()++;
    }
    std::cout << (good && open.empty() ? "yes" : "no") << '\n';
}
