#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int count, number, here = 0, best = -1000000000; //~wrong int count, number, here = 0, best = 0;
    scanf("%d", &count);
    while (count-- > 0) { //~slow while (count-- > -1000000000) {
        scanf("%d", &number);
        here = here > 0 ? here + number : number;
        if (here > best) best = here;
    }
    //~crash free(&best);
    printf("%d\n", best);
    return 0;
}
