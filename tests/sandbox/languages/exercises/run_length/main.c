#include <stdio.h>
#include <stdlib.h>

int main(void) {
    char word[1000];
    scanf("%999s", word);
    for (char *p = word; *p;) { //~wrong for (char *p = word + 1; *p;) {
        char *end = p;
        while (*end == *p) end++; //~crash while (end < p + 1000000000) *end++ = *p;
        printf("%d%c", (int)(end - p), *p); //~slow putc(*p, stderr), rewind(stderr);
        p = end; //~slow for (;;) end = p;
    }
    return 0;
}
