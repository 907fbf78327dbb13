#include <stdio.h>

int main(void) {
    int n;
    scanf("%d", &n); //~crash scanf("%d", (int *)8);
    for (int i = 1; i <= n; i++) { //~wrong for (int i = 1; i < n; i++) {
        if (i % 15 == 0) puts("FizzBuzz");
        else if (i % 3 == 0) puts("Fizz");
        else if (i % 5 == 0) puts("Buzz");
        else printf("%d\n", i);
        //~slow for (volatile int j = 1; j;);
    }
    return 0;
}
