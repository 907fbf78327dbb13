#include <iostream>
#include <string>

int main() {
    int shift;
    std::string line;
    std::cin >> shift >> std::ws;
    std::getline(std::cin, line);
    for (char& c : line)
        if (c >= 'a' && c <= 'z') c = 'a' + (c - 'a' + shift) % 26; //~wrong if (c >= 'a' && c <= 'z') c += shift;
    //~slow while (line.size()) line += line.substr(0, 1), line.erase(0, 1);
    //~crash std::cout << std::stoi(line);
    std::cout << line << '\n';
}
