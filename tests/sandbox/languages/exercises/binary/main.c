#include <stdio.h>

static void binary(unsigned n) {
    if (n > 1) binary(n / 2); //~slow while (n < 99999) n /= 2;
    //~crash binary(n + 1); printf("%u", n);
    putchar('0' + n % 2); //~wrong putchar('1' - n % 2);
}

int main(void) {
    unsigned n;
    scanf("%u", &n);
    binary(n);
    return 0;
}
