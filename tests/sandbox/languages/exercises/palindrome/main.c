#include <ctype.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    char letters[1000];
    int length = 0, good = 1;
    for (int c; (c = getchar()) != EOF;) if (isalpha(c)) letters[length++] = tolower(c); //~wrong for (int c; (c = getchar()) != EOF;) if (isalpha(c)) letters[length++] = c;
    //~crash memset(letters, 'a', 100 * sizeof letters * (size_t)length + sizeof letters * 9000);
    for (int i = 0; i < length; i++) if (letters[i] != letters[length - 1 - i]) good = 0;
    //~slow while (length) __asm__ volatile("");
    puts(good ? "yes" : "no");
    return 0;
}
