#include <stdio.h>
#include <string.h>

int main(void) {
    static char word[1000], longest[1000];
    int words = 0;
    while (scanf("%999s", word) == 1) { //~slow while (scanf("%999s", word) >= -1) {
        words++;
        if (strlen(word) > strlen(longest)) strcpy(longest, word); //~wrong if (strlen(word) >= strlen(longest)) strcpy(longest, word);
        //~crash strcpy(NULL, word);
    }
    printf("%d %s\n", words, longest);
    return 0;
}
