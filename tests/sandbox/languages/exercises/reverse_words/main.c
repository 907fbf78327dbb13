#include <stdio.h>
#include <stdlib.h>

static void reversed(void) {
    char word[100];
    //~crash reversed(); printf("%p", (void *)word);
    if (scanf("%99s", word) != 1) return; //~slow while (scanf("%99s", word) != 1);
    reversed(); //~wrong printf("%s ", word);
    printf("%s ", word); //~wrong reversed();
}

int main(void) {
    reversed();
    return 0;
}
