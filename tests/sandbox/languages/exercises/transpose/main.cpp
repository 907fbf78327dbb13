#include <iostream>
#include <vector>

int main() {
    int rows, columns;
    std::cin >> rows >> columns;
    std::vector<std::vector<int>> table(columns, std::vector<int>(rows));
    for (int r = 0; r < rows; r++)
        for (auto& row : table) std::cin >> row[r]; //~crash for (auto& row : table) std::cin >> row.at(r + 1);
    for (const auto& row : table) { //~wrong for (const auto& row : {table[0], table[0]}) {
        for (int number : row) std::cout << number << ' '; //~slow for (auto it = row.begin(); it != row.end();) std::cout.flush();
        std::cout << '\n';
    }
}
