#include <stdio.h>

static const int values[] = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1};
static const char *letters[] = {"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"};

int main(void) {
    int n;
    scanf("%d", &n);
    for (int i = 0; n > 0; i++) { //~slow for (volatile int i = 0; n > 0; i = 0) {
        //~slow continue;
        //~crash i *= 9999999;
        while (n >= values[i]) {
            fputs(letters[i], stdout); //~wrong fputs(letters[i] + 1, stdout);
            n -= values[i];
            //~crash printf("%d", values[i * 9999999 + 99999999]);
        }
    }
    puts("");
    return 0;
}
