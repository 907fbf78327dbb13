#include <stdio.h>

int main(void) {
    int shift, c;
    scanf("%d ", &shift);
    //~crash return 25 - shift + 1;
    //~slow while (1) ungetc(getchar(), stdin);
    while ((c = getchar()) != EOF)
        putchar(c >= 'a' && c <= 'z' ? 'a' + (c - 'a' + shift) % 26 : c); //~wrong putchar(c >= 'a' && c <= 'z' ? c + shift : c);
    return 0;
}
